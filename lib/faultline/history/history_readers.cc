#include "faultline/history/history_readers.h"

#include <fmt/format.h>

#include "faultline/base/error.h"
#include "faultline/history/jepsen_events.h"
#include "faultline/history/jepsen_history.h"
#include "faultline/history/jepsen_reading.h"
#include "faultline/history/json_history.h"

namespace faultline::internal {
namespace {

using ForEachEvent = EventsEnd (*)(std::string_view, const std::string&,
                                   const UseEvent&);

std::string Located(const std::string& name, int line,
                    const std::string& reason) {
  return fmt::format("{}:{}: {}", name, line, reason);
}

void NameTornTail(History& history, const std::string& name,
                  const TornTail& torn) {
  if (torn.bytes == 0) return;
  history.torn =
      Located(name, torn.line,
              fmt::format("left out {} bytes of a line that was never finished",
                          torn.bytes));
}

// Calls for what is said of the whole file.
template <typename Call>
auto AtBeginning(const std::string& name, const Call& call) {
  try {
    return call();
  } catch (const UsageError& error) {
    throw UsageError(Located(name, 1, error.what()));
  }
}

// A first pass, which ends as soon as the reading is certain: mostly after the
// first invocations.
JepsenReading DecideReading(std::string_view text, const std::string& name,
                            const HistoryOptions& options,
                            ForEachEvent for_each) {
  ReadingScan scan(options);
  for_each(text, name, [&](const JepsenEvent& event) {
    scan.See(event);
    return !scan.decided();
  });
  return AtBeginning(name, [&] { return scan.Take(); });
}

History ReadJepsen(std::string_view text, const std::string& name,
                   const HistoryOptions& options, ForEachEvent for_each) {
  JepsenHistory jepsen(options, DecideReading(text, name, options, for_each));
  const EventsEnd end = for_each(text, name, [&](const JepsenEvent& event) {
    jepsen.Use(event);
    return true;
  });
  if (jepsen.empty()) {
    throw UsageError(Located(name, 1, "not a history: no operation in it"));
  }
  History history = AtBeginning(name, [&] { return jepsen.Take(); });
  history.file = name;
  NameTornTail(history, name, end.torn);
  if (end.unfinished != 0) {
    history.notes.push_back(
        Located(name, end.unfinished,
                "the last line has no newline, so its value may be cut off"));
  }
  return history;
}

}  // namespace

History ReadJsonHistory(std::string_view text, const std::string& name,
                        const HistoryOptions&) {
  JsonHistory reader;
  const TornTail torn = ForEachJsonLine(
      text, name, [&reader](const JsonLine& line) { reader.Use(line); });
  if (!reader.begun()) {
    throw UsageError(Located(name, 1, "not a history: no \"meta\" line"));
  }
  History history = reader.Take();
  history.file = name;
  NameTornTail(history, name, torn);
  return history;
}

History ReadEdnHistory(std::string_view text, const std::string& name,
                       const HistoryOptions& options) {
  return ReadJepsen(text, name, options, &ForEachEdnEvent);
}

History ReadJepsenJson(std::string_view text, const std::string& name,
                       const HistoryOptions& options) {
  return ReadJepsen(text, name, options, &ForEachJsonEvent);
}

History ReadJepsenLog(std::string_view text, const std::string& name,
                      const HistoryOptions& options) {
  return ReadJepsen(text, name, options, &ForEachLogEvent);
}

}  // namespace faultline::internal
