#pragma once

#include <map>
#include <optional>
#include <string>

#include "faultline/history/history_builder.h"
#include "faultline/history/jepsen_event.h"
#include "faultline/history/jepsen_reading.h"

namespace faultline::internal {

// Rebuilds a history from Jepsen's events, in the order of the file
// (docs/history-format.md says what each becomes). Throws UsageError with the
// reason.
class JepsenHistory {
 public:
  // The options outlive it.
  JepsenHistory(const HistoryOptions& options, JepsenReading reading)
      : options_(options), reading_(std::move(reading)) {}

  void Use(const JepsenEvent& event);
  // No event yet, not even of the nemesis.
  bool empty() const { return empty_; }
  // Throws UsageError if what it read does not fit together.
  History Take();

 private:
  // An operation that waits for its completion.
  struct Open {
    std::string function;
    std::optional<std::string> tuple_key;  // its values are [key value]
  };

  void Invoke(int process, const JepsenEvent& event);
  void Complete(int process, const JepsenEvent& event);
  void SetAnswer(Operation& operation, const Open& open,
                 const JepsenEvent& event);
  std::int64_t NextTime(const JepsenEvent& event) const;

  const HistoryOptions& options_;
  const JepsenReading reading_;
  HistoryBuilder builder_;
  std::map<int, Open> open_;  // by process
  std::map<std::string, int> ignored_;
  int append_line_ = 0;      // of the first append
  int collection_line_ = 0;  // of the first read that answers a collection
  bool empty_ = true;
  bool timed_ = false;
};

}  // namespace faultline::internal
