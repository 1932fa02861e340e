#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "faultline/history/jepsen_event.h"
#include "faultline/history/text_lines.h"

namespace faultline::internal {

// How a file of events ends.
struct EventsEnd {
  TornTail torn;       // left out
  int unfinished = 0;  // the last line if it has no newline, but was taken
};

// False: no more are wanted.
using UseEvent = std::function<bool(const JepsenEvent&)>;

// Call `use` for each event of a file, in order: operations in EDN or JSON, one
// after the other or within one vector, list or array; or lines of Jepsen's
// log. Throw UsageError ("name:line: reason"), also for what `use` throws as
// UsageError.
EventsEnd ForEachEdnEvent(std::string_view text, const std::string& name,
                          const UseEvent& use);
EventsEnd ForEachJsonEvent(std::string_view text, const std::string& name,
                           const UseEvent& use);
EventsEnd ForEachLogEvent(std::string_view text, const std::string& name,
                          const UseEvent& use);

}  // namespace faultline::internal
