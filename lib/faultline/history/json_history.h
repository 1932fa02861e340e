#pragma once

#include "faultline/history/history_builder.h"
#include "faultline/history/json_lines.h"

namespace faultline::internal {

// Rebuilds a history from the lines that a Recorder wrote. Throws UsageError
// with the reason.
class JsonHistory {
 public:
  void Use(const JsonLine& line);
  bool begun() const { return begun_; }
  History Take() { return std::move(builder_.history()); }

 private:
  void UseMetadata(const JsonLine& line);
  void UseInvocation(const JsonLine& line);
  void UseCompletion(const JsonLine& line, Outcome outcome);
  void UseFaultBegin(const JsonLine& line);
  FaultInterval& FaultOf(const JsonLine& line, bool open);
  void UseFaultEffect(const JsonLine& line);
  void UseFaultEnd(const JsonLine& line);
  void UseFaultRecovered(const JsonLine& line);

  HistoryBuilder builder_;
  bool begun_ = false;
  std::unordered_map<int, std::int64_t> open_;  // process -> operation
};

}  // namespace faultline::internal
