#pragma once

#include <filesystem>
#include <string>

#include "faultline/page/story.h"

namespace faultline {

// Whether this build has the pages: their bundler (npm) was there.
bool PagesAreBuilt();

// What the page of a run shows, as JSON (docs/reports.md, "timeline.html").
std::string TimelineData(const Story& story);

// One self-contained page of HTML, opened offline: what happened in a run.
// Nothing in it is taken from a guest without being escaped. Throws UsageError
// if this build has no pages.
std::string TimelinePage(const Story& story);

// The page of what lies in the directory of a run that ended, as
// `timeline.html` beside it. Nothing happens in a build without pages. Throws
// UsageError if it cannot be written.
void WriteTimeline(const std::filesystem::path& directory);

}  // namespace faultline
