#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "faultline/evidence/verdict.h"
#include "faultline/history/operation.h"

namespace faultline::internal {

// "12.345 s" since the history began.
std::string AtSecond(std::int64_t ns);

// "process 3 wrote key=k1 value=p3-17 acknowledged at 12.345 s".
std::string Describe(const Operation& operation);

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
