#include "faultline/cli/check_subject.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <new>
#include <nlohmann/json.hpp>
#include <string_view>

#include "faultline/base/error.h"
#include "faultline/check/judge_run.h"
#include "faultline/check/raft_invariants.h"
#include "faultline/evidence/evidence_files.h"
#include "faultline/history/text_file.h"

namespace faultline {
namespace {

namespace fs = std::filesystem;
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

// A member's observation, and no event of a history, stands in its first line.
bool IsRaftTrace(std::string_view text) {
  const std::string_view line = text.substr(0, text.find('\n'));
  if (!line.starts_with('{')) return false;
  const auto json = nlohmann::json::parse(line, nullptr, false);
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

std::string ExplanationOf(const Verdict& verdict) {
  std::string explanation;
  const bool led = verdict.evidence.front().starts_with("violated: ");
  if (!led) explanation += verdict.property + "\n";
  for (const std::string& line : verdict.evidence) {
    explanation += (led ? "" : "  ") + line + "\n";
  }
  return explanation;
}

void Add(CheckFinding& finding, Verdict verdict) {
  const Status status = ToStatus(verdict.judgement);
  if (finding.verdicts.empty() || Badness(status) > Badness(finding.status)) {
    finding.status = status;
    finding.summary = Gist(verdict);
  }
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

HistoryOptions ReadingOf(const CheckRequest& request) {
  HistoryOptions reading = request.reading;
  reading.transactions =
      !request.model || request.model->Knows(OperationKind::kTransaction);
  return reading;
}

void TakeHistory(History read, CheckFinding& finding) {
  finding.notes.insert(finding.notes.end(), read.notes.begin(),
                       read.notes.end());
  if (!read.torn.empty()) finding.notes.push_back(read.torn);
  finding.history = std::make_shared<const History>(std::move(read));
}

void AddHistory(History read, const CheckRequest& request,
                CheckFinding& finding) {
  TakeHistory(std::move(read), finding);
  if (!request.model) {
    throw UsageError(fmt::format("{}: a history needs --model ({})",
                                 finding.subject,
                                 fmt::join(ModelNames(), ", ")));
  }
  const History& history = *finding.history;
  const Model& model = *request.model;
  CheckOptions options = request.options;
  options.explain = false;
  LinearizabilityVerdict found = CheckLinearizability(history, model, options);
  Verdict verdict = Summarize(history, model, options, found);
  if (request.verify) Verify(history, model, options, found, verdict);
  finding.linearizability = std::move(found);
  Add(finding, std::move(verdict));
}

// Faultline's own history, or what Jepsen's store has of one, the best first.
std::optional<fs::path> FindHistory(const fs::path& directory) {
  for (const char* name :
       {"history.jsonl", "history.edn", "history.txt", "jepsen.log"}) {
    for (const char* ending : {"", ".gz"}) {
      fs::path file = directory / (std::string(name) + ending);
      if (fs::exists(file)) return file;
    }
  }
  return std::nullopt;
}

// By the promises that the run kept, but for a model that is asked for.
void AddDirectory(const fs::path& directory, CheckRequest request,
                  CheckFinding& finding) {
  const fs::path kept = directory / "promises.json";
  Promises promises = fs::exists(kept) ? ReadPromises(kept) : Promises{};
  if (!request.model && !promises.model.empty())
    request.model = FindModel(promises.model);
  if (const auto file = FindHistory(directory)) {
    const std::string name = file->filename().string();
    if (name != "history.jsonl") finding.notes.push_back("read " + name);
    History history = ReadHistory(*file, ReadingOf(request));
    // A run that promised no model is judged by its other promises.
    if (request.model || !fs::exists(kept)) {
      AddHistory(std::move(history), request, finding);
    } else {
      TakeHistory(std::move(history), finding);
    }
  }
  RunEvidence evidence = ReadRunEvidence(directory);
  if (evidence.watches && evidence.commits.empty()) {
    throw UsageError(
        fmt::format("{}: a watch needs a *-commits.jsonl beside it",
                    (directory / "watch.jsonl").string()));
  }
  evidence.history = finding.history;
  promises.model.clear();  // judged above
  for (Verdict& verdict : JudgeRun(evidence, promises))
    Add(finding, std::move(verdict));
  if (finding.verdicts.empty()) {
    throw UsageError(fmt::format(
        "{}: nothing to check: no history.jsonl, history.edn, history.txt, "
        "jepsen.log, trace.jsonl, vms.jsonl, *-commits.jsonl, *-raft.jsonl or "
        "*-disk.jsonl",
        directory.string()));
  }
}

void AddFile(const fs::path& file, const CheckRequest& request,
             CheckFinding& finding) {
  const std::string text = internal::ReadTextFile(file);
  if (IsRaftTrace(text)) {
    Add(finding, CheckRaftInvariants(ParseRaftTrace(text, file.string())));
  } else {
    AddHistory(ParseHistory(text, file.string(), ReadingOf(request)), request,
               finding);
  }
}

void AddSubject(const fs::path& subject, const CheckRequest& request,
                CheckFinding& finding) {
  if (fs::is_directory(subject)) {
    AddDirectory(subject, request, finding);
  } else {
    AddFile(subject, request, finding);
  }
  CountHeldChecks(finding);
}

}  // namespace

CheckFinding JudgeSubject(const fs::path& subject,
                          const CheckRequest& request) {
  CheckFinding finding;
  finding.subject = subject.string();
  const auto refuse = [&finding](std::string reason) {
    finding.status = Status::kBadInput;
    finding.summary = std::move(reason);
  };
  try {
    AddSubject(subject, request, finding);
  } catch (const UsageError& error) {
    refuse(error.what());
  } catch (const fs::filesystem_error& error) {
    refuse(error.what());
  } catch (const std::bad_alloc&) {
    refuse(finding.subject + ": does not fit into this machine's memory");
  }
  return finding;
}

void ExplainFinding(CheckFinding& finding, const CheckRequest& request) {
  auto& found = finding.linearizability;
  if (found && found->judgement == Judgement::kViolated) {
    const Model model = FindModel(found->model);
    ExplainViolations(*finding.history, model, request.options, *found);
    finding.verdicts.front() =
        Summarize(*finding.history, model, request.options, *found);
  }
  for (const Verdict& verdict : finding.verdicts) {
    if (verdict.judgement == Judgement::kViolated) {
      finding.explanation += ExplanationOf(verdict);
    }
  }
}

CheckFinding CheckSubject(const fs::path& subject,
                          const CheckRequest& request) {
  CheckFinding finding = JudgeSubject(subject, request);
  if (request.options.explain) ExplainFinding(finding, request);
  return finding;
}

}  // namespace faultline
