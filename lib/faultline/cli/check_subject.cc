#include "faultline/cli/check_subject.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "faultline/base/error.h"
#include "faultline/check/durability.h"
#include "faultline/check/raft_invariants.h"
#include "faultline/check/raft_logs.h"
#include "faultline/check/watch.h"
#include "faultline/evidence/evidence_files.h"
#include "faultline/history/history.h"

namespace faultline {
namespace {

using Json = nlohmann::json;
using Status = CheckFinding::Status;

Status ToStatus(Judgement judgement) {
  switch (judgement) {
    case Judgement::kHolds:
      return Status::kHolds;
    case Judgement::kViolated:
      return Status::kViolated;
    case Judgement::kUnknown:
      break;
  }
  return Status::kUnknown;
}

int Badness(Status status) {
  switch (status) {
    case Status::kHolds:
      return 0;
    case Status::kUnknown:
      return 1;
    case Status::kViolated:
      return 2;
    case Status::kBadInput:
      break;
  }
  return 3;
}

// A member's observation, and no event of a history, stands in its first line.
bool IsRaftTrace(const std::filesystem::path& file) {
  std::ifstream in(file, std::ios::binary);
  std::string line;
  std::getline(in, line);
  const Json json = Json::parse(line, nullptr, false);
  return json.is_object() && json.contains("leader") && json.contains("term");
}

// The first line of evidence, without the judgement that may lead it.
std::string Gist(const Verdict& verdict) {
  if (verdict.evidence.empty()) return verdict.property;
  std::string_view line = verdict.evidence.front();
  const std::string judgement = std::string(ToText(verdict.judgement)) + ": ";
  if (line.starts_with(judgement)) {
    return std::string(line.substr(judgement.size()));
  }
  return fmt::format("{}: {}", verdict.property, line);
}

void AddExplanation(CheckFinding& finding, const Verdict& verdict) {
  const bool led = verdict.evidence.front().starts_with("violated: ");
  if (!led) finding.explanation += verdict.property + "\n";
  for (const std::string& line : verdict.evidence) {
    finding.explanation += (led ? "" : "  ") + line + "\n";
  }
}

void Add(CheckFinding& finding, Verdict verdict) {
  const Status status = ToStatus(verdict.judgement);
  if (finding.verdicts.empty() || Badness(status) > Badness(finding.status)) {
    finding.status = status;
    finding.summary = Gist(verdict);
  }
  if (status == Status::kViolated) AddExplanation(finding, verdict);
  finding.verdicts.push_back(std::move(verdict));
}

// One line says also that more was asked.
void CountHeldChecks(CheckFinding& finding) {
  if (finding.status != Status::kHolds || finding.verdicts.size() < 2) return;
  finding.summary += fmt::format("; {} other checks hold as well",
                                 finding.verdicts.size() - 1);
}

// A linearization that its validator refuses proves nothing.
void Verify(const History& history, const Model& model,
            const CheckOptions& options,
            const LinearizabilityVerdict& linearizability, Verdict& verdict) {
  if (!verdict.Holds()) return;
  const auto complaints =
      ValidateLinearization(history, model, options, linearizability);
  if (complaints.empty()) {
    verdict.evidence.push_back("its linearization was verified");
    return;
  }
  verdict.judgement = Judgement::kUnknown;
  verdict.evidence = {"the linearization does not verify: " +
                      complaints.front()};
}

void AddHistory(const History& history, const CheckRequest& request,
                CheckFinding& finding) {
  if (!history.torn.empty()) finding.notes.push_back(history.torn);
  if (!request.model) {
    throw UsageError(fmt::format("{}: a history needs --model ({})",
                                 finding.subject,
                                 fmt::join(ModelNames(), ", ")));
  }
  const Model& model = *request.model;
  const CheckOptions& options = request.options;
  LinearizabilityVerdict found = CheckLinearizability(history, model, options);
  Verdict verdict = Summarize(history, model, options, found);
  if (request.verify) Verify(history, model, options, found, verdict);
  finding.linearizability = std::move(found);
  Add(finding, std::move(verdict));
}

void AddLogs(const std::filesystem::path& directory,
             const std::optional<History>& history, CheckFinding& finding) {
  const std::vector<CommitLog> commits = ReadCommitLogs(directory);
  if (history && !commits.empty()) {
    Add(finding, CheckDurability(*history, commits));
  }
  if (commits.size() > 1) {
    Add(finding, CheckAgreement(commits));
    Add(finding, CheckStateMachineSafety(commits));
  }
  const std::vector<RaftLog> logs = ReadRaftLogs(directory);
  if (logs.size() > 1) Add(finding, CheckLogMatching(logs));
  const std::filesystem::path watches = directory / "watch.jsonl";
  if (!std::filesystem::exists(watches)) return;
  if (commits.empty()) {
    throw UsageError(fmt::format(
        "{}: a watch needs a *-commits.jsonl beside it", watches.string()));
  }
  Add(finding, CheckWatch({ReadWatchTrace(watches), commits.front()}));
}

void AddDirectory(const std::filesystem::path& directory,
                  const CheckRequest& request, CheckFinding& finding) {
  std::optional<History> history;
  if (std::filesystem::exists(directory / "history.jsonl")) {
    history = ReadHistory(directory / "history.jsonl");
    AddHistory(*history, request, finding);
  }
  if (std::filesystem::exists(directory / "trace.jsonl")) {
    Add(finding, CheckRaftInvariants(ReadRaftTrace(directory / "trace.jsonl")));
  }
  AddLogs(directory, history, finding);
  if (finding.verdicts.empty()) {
    throw UsageError(
        fmt::format("{}: nothing to check: no history.jsonl, trace.jsonl, "
                    "*-commits.jsonl or *-raft.jsonl",
                    directory.string()));
  }
}

void AddSubject(const std::filesystem::path& subject,
                const CheckRequest& request, CheckFinding& finding) {
  if (std::filesystem::is_directory(subject)) {
    AddDirectory(subject, request, finding);
  } else if (IsRaftTrace(subject)) {
    Add(finding, CheckRaftInvariants(ReadRaftTrace(subject)));
  } else {
    AddHistory(ReadHistory(subject), request, finding);
  }
}

Json ToJson(const Verdict& verdict) {
  return {{"property", verdict.property},
          {"judgement", ToText(verdict.judgement)},
          {"evidence", verdict.evidence}};
}

Json ToJson(const KeyVerdict& key) {
  Json json = {{"key", key.key},
               {"judgement", ToText(key.judgement)},
               {"method", ToText(key.method)},
               {"order", key.order},
               {"operations", key.operations},
               {"states", key.states}};
  if (!key.reason.empty()) json["reason"] = key.reason;
  if (key.judgement != Judgement::kViolated) return json;
  if (key.blocked) json["blocked"] = *key.blocked;
  json["core"] = key.core;
  json["core_is_minimal"] = key.core_is_minimal;
  return json;
}

Json ToJson(const LinearizabilityVerdict& verdict) {
  Json keys = Json::array();
  for (const KeyVerdict& key : verdict.keys) keys.push_back(ToJson(key));
  return {{"model", verdict.model},
          {"judgement", ToText(verdict.judgement)},
          {"operations", verdict.operations},
          {"states", verdict.states},
          {"decided_in_ns", verdict.decided_in.count()},
          {"explained_in_ns", verdict.explained_in.count()},
          {"keys", std::move(keys)}};
}

}  // namespace

const char* ToText(Status status) {
  switch (status) {
    case Status::kHolds:
      return "holds";
    case Status::kViolated:
      return "VIOLATED";
    case Status::kUnknown:
      return "unknown";
    case Status::kBadInput:
      break;
  }
  return "bad input";
}

CheckFinding CheckSubject(const std::filesystem::path& subject,
                          const CheckRequest& request) {
  CheckFinding finding;
  finding.subject = subject.string();
  try {
    AddSubject(subject, request, finding);
    CountHeldChecks(finding);
  } catch (const UsageError& error) {
    finding.status = Status::kBadInput;
    finding.summary = error.what();
  } catch (const std::filesystem::filesystem_error& error) {
    finding.status = Status::kBadInput;
    finding.summary = error.what();
  }
  return finding;
}

Status Worst(const std::vector<CheckFinding>& findings) {
  Status worst = Status::kHolds;
  for (const CheckFinding& finding : findings) {
    if (Badness(finding.status) > Badness(worst)) worst = finding.status;
  }
  return worst;
}

std::string ToJsonLine(const CheckFinding& finding) {
  Json verdicts = Json::array();
  for (const Verdict& verdict : finding.verdicts) {
    verdicts.push_back(ToJson(verdict));
  }
  std::string status = ToText(finding.status);
  std::transform(status.begin(), status.end(), status.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  Json json = {{"subject", finding.subject},
               {"status", status},
               {"summary", finding.summary},
               {"notes", finding.notes},
               {"verdicts", std::move(verdicts)}};
  if (finding.linearizability) {
    json["linearizability"] = ToJson(*finding.linearizability);
  }
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace faultline
