#pragma once

#include <filesystem>
#include <string>

#include "faultline/page/story.h"

namespace faultline {

// Whether this build has the pages: their bundler (npm) was there.
bool PagesAreBuilt();

// Why there are none, and how to get them: one line.
inline constexpr char kNoPages[] =
    "this build has no pages, since npm, or a way to its packages, was missing "
    "when it was built; with them (Debian: apt-get install nodejs npm) "
    "./faultline makes up for it";

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
