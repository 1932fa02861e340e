#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "faultline/check/linearizability.h"
#include "faultline/check/promises.h"
#include "faultline/evidence/run_evidence.h"
#include "faultline/evidence/verdict.h"
#include "faultline/page/journal.h"
#include "faultline/report/run_report.h"

namespace faultline {

// Why a part of a history is violated, ready to be shown. Operations are
// indices into History::operations.
struct Contradiction {
  std::string key;
  std::vector<std::size_t> core;  // they contradict each other
  bool core_is_minimal = false;
  std::optional<std::size_t> blocked;  // what no order can place
  // The longest partial linearization, and the state before each of its
  // operations; one more, the state after all. Its end alone if it is long.
  std::vector<std::size_t> order;
  std::vector<std::string> states;
};

// Everything that the page of one run tells. A value; what there was not is
// absent or empty.
struct Story {
  std::string title;  // the test's name, or the file's
  std::optional<RunReport> report = {};
  Promises promises = {};
  std::vector<Verdict> verdicts = {};
  std::string model = {};  // that the contradictions are of
  std::vector<Contradiction> contradictions = {};
  std::vector<std::string> explanation = {};  // in words, lines
  RunEvidence evidence = {};
  std::vector<Journal> journals = {};
  // What of the directory could not be read, and why, one line a file; the rest
  // is told all the same.
  std::vector<std::string> problems = {};
};

// What a run directory tells, without judging anything. Does not throw for what
// is missing, damaged, of another version or edited by hand: `problems` says
// so, and of a damaged history what stands before the damage is kept.
Story ReadStory(const std::filesystem::path& directory);

// Judges the story's history by its promises, if its report says that it did
// not hold or if there is none, and fills in what the verdict tells. Throws
// UsageError for a model that does not exist.
void ExplainStory(Story& story, const CheckOptions& options);

// Fills in what `found` tells of the violations of the story's history.
void AddContradictions(Story& story, const Model& model,
                       const CheckOptions& options,
                       const LinearizabilityVerdict& found);

}  // namespace faultline
