#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "faultline/history/edn.h"

namespace faultline::internal {

// One entry of a Jepsen history: an operation map, or a line of its log.
struct JepsenEvent {
  std::string type;            // invoke, ok, fail, info
  std::string function;        // write
  std::optional<int> process;  // absent: the nemesis
  EdnValue value;
  std::optional<std::string> key;  // only if given apart from the value
  std::optional<std::int64_t> time_ns;
  std::string error;
  int line = 0;            // of the file
  bool has_value = false;  // one is written, maybe nil
};

// From an operation map: `{:type :invoke, :f :write, :value 3, :process 0}`,
// other keys ignored (names may be strings, as in JSON), or from Knossos' short
// form `[0 :invoke :write 3]`. Throws UsageError with the reason.
JepsenEvent ToJepsenEvent(const EdnValue& operation);

// From a log line: `INFO  jepsen.util - 3 :invoke :cas [1 4]`; nothing if the
// line tells of no operation. Throws UsageError with the reason if it does in
// part.
std::optional<JepsenEvent> ParseJepsenLogLine(std::string_view line);

}  // namespace faultline::internal
