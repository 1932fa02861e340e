#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "faultline/check/linearizability.h"
#include "faultline/evidence/verdict.h"
#include "faultline/history/history.h"

namespace faultline {

// What was found out about one file or run directory.
struct CheckFinding {
  enum class Status { kHolds = 0, kViolated = 1, kUnknown = 2, kBadInput = 3 };

  std::string subject;
  Status status = Status::kUnknown;
  std::string summary;             // one line
  std::vector<std::string> notes;  // "...:17: left out 23 bytes ..."
  std::string explanation;         // of a violation; lines
  std::vector<Verdict> verdicts;
  // The first verdict's, if it is of a history.
  std::optional<LinearizabilityVerdict> linearizability;
  std::shared_ptr<const History> history;
};

const char* ToText(CheckFinding::Status status);

// The larger, the worse: bad input, violated, unknown, holds.
int Badness(CheckFinding::Status status);
CheckFinding::Status Worst(const std::vector<CheckFinding>& findings);

// The finding as one line of JSON.
std::string ToJsonLine(const CheckFinding& finding);

}  // namespace faultline
