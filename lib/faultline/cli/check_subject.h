#pragma once

#include <filesystem>
#include <optional>

#include "faultline/check/linearizability.h"
#include "faultline/cli/check_finding.h"
#include "faultline/history/history_options.h"

namespace faultline {

struct CheckRequest {
  std::optional<Model> model;  // absent: only what needs none can be checked
  // `transactions` is the model's to say.
  HistoryOptions reading;
  CheckOptions options;
  bool verify = false;  // re-check held verdicts with the validator
};

// Checks a history, a Raft trace, or a directory: of a run, all its evidence
// (RunEvidence) by the promises that stand beside it; of Jepsen's store, the
// history. What it is, is recognised from the content; each file is opened
// once ("-": standard input). Bad input is a finding, not an exception. A
// violation is not explained yet.
CheckFinding JudgeSubject(const std::filesystem::path& subject,
                          const CheckRequest& request);

// Adds the explanation of what is violated, the same request given.
void ExplainFinding(CheckFinding& finding, const CheckRequest& request);

// Both, the latter if the request's options say so.
CheckFinding CheckSubject(const std::filesystem::path& subject,
                          const CheckRequest& request);

}  // namespace faultline
