#pragma once

#include <string>

#include "faultline/page/story.h"

namespace faultline {

// A run as Chrome's JSON of trace events, which Perfetto opens: a track a
// client (operations, unknown ones up to the end), a fault (asked, in effect,
// coming back), a node (whom it follows, in which term), the outages; leader
// changes as marks across all. Times are microseconds since the history began;
// what a guest said is text in it.
std::string TraceEvents(const Story& story);

}  // namespace faultline
