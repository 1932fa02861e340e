#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "faultline/check/linearizability.h"
#include "faultline/evidence/verdict.h"

namespace faultline {

struct CheckRequest {
  std::optional<Model> model;  // absent: only what needs none can be checked
  CheckOptions options;
  bool verify = false;  // re-check held verdicts with the validator
};

// What was found out about one file or run directory.
struct CheckFinding {
  enum class Status { kHolds = 0, kViolated = 1, kUnknown = 2, kBadInput = 3 };

  std::string subject;
  Status status = Status::kUnknown;
  std::string summary;             // one line
  std::vector<std::string> notes;  // "...:17: left out 23 bytes ..."
  std::string explanation;         // of a violation; lines
  std::vector<Verdict> verdicts;
  std::optional<LinearizabilityVerdict> linearizability;
};

const char* ToText(CheckFinding::Status status);

// Checks a history, a Raft trace, or a run directory: there the history, the
// trace and the watches (trace.jsonl, watch.jsonl) and what each member shows
// (*-commits.jsonl, *-raft.jsonl), as far as they are there. What it is, is
// recognised from the content. Bad input is a finding, not an exception.
CheckFinding CheckSubject(const std::filesystem::path& subject,
                          const CheckRequest& request);

// Bad input before violated before unknown before holds.
CheckFinding::Status Worst(const std::vector<CheckFinding>& findings);

// The finding as one line of JSON.
std::string ToJsonLine(const CheckFinding& finding);

}  // namespace faultline
