#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "faultline/evidence/verdict.h"
#include "faultline/history/history.h"

namespace faultline::internal {

// "12.345 s", "3.2 ms", "700 us", "40 ns": since the history began, or as long.
std::string TimeText(std::int64_t ns);

// "process 3 wrote key=k1 value=p3-17 acknowledged at 12.345 s".
std::string Describe(const Operation& operation);
// The same with where it stands in its file: "... [history.edn:7,9]", the lines
// of its invocation and its completion. `operation` is one of the history's.
std::string Describe(const History& history, const Operation& operation);
// "invoked at 12.345 s"; of a history without times "invoked at line 7".
std::string InvokedAt(const History& history, const Operation& operation);
// " [history.edn:7,9]", nothing if the history was not read from a file.
std::string Location(const History& history, const Operation& operation);

// Collects evidence: keeps the first ten lines, counts the rest.
class Evidence {
 public:
  void Add(std::string line);
  bool empty() const { return lines_.empty(); }
  // kViolated with what was collected, else kHolds with `counted`.
  Verdict Judge(std::string property, std::string counted) const;

 private:
  std::vector<std::string> lines_;
  int more_ = 0;
};

Verdict Inconclusive(std::string property, std::string reason);

}  // namespace faultline::internal
