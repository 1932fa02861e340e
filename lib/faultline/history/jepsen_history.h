#pragma once

#include <map>

#include "faultline/history/history_builder.h"
#include "faultline/history/jepsen_event.h"

namespace faultline::internal {

// Rebuilds a history from Jepsen's events, in the order of the file
// (docs/history-format.md says what each becomes). Throws UsageError with the
// reason.
class JepsenHistory {
 public:
  void Use(const JepsenEvent& event);
  // No event yet, not even of the nemesis.
  bool empty() const { return empty_; }
  History Take() { return std::move(builder_.history()); }

 private:
  // An operation that waits for its completion.
  struct Open {
    std::string function;
    std::optional<std::string> tuple_key;  // its values are [key value]
  };

  void Invoke(int process, const JepsenEvent& event);
  void Complete(int process, const JepsenEvent& event);
  std::int64_t NextTime(const JepsenEvent& event) const;

  HistoryBuilder builder_;
  std::map<int, Open> open_;  // by process
  bool empty_ = true;
};

}  // namespace faultline::internal
