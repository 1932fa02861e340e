#include "faultline/cli/sweep_page.h"

#include <fmt/format.h>

#include "faultline/base/files.h"
#include "faultline/cli/run_record.h"
#include "faultline/evidence/evidence_files.h"
#include "faultline/page/timeline.h"
#include "faultline/report/run_report.h"

namespace faultline {
namespace {

RunReport ReportOf(const std::string& role, const SweepCase& what,
                   const SweepOutcome& outcome) {
  RunReport report;
  report.test = fmt::format("Sweep.{} seed {}", role, what.seed);
  report.status =
      outcome.judgement == Judgement::kViolated ? "failed" : "inconclusive";
  report.role = role;
  report.seed = static_cast<int>(what.seed);
  report.seconds = std::chrono::duration<double>(outcome.took).count();
  report.started = UtcNow();
  report.verdicts = outcome.verdicts;
  report.acknowledged = outcome.acknowledged;
  report.failures = {outcome.Reason()};
  report.facts = {{"load", what.load},
                  {"faults", std::to_string(what.plan.faults.size())}};
  return report;
}

}  // namespace

void KeepSweepPage(const std::string& role, const SweepCase& what,
                   const SweepOutcome& outcome,
                   const std::filesystem::path& directory,
                   const std::string& rerun) {
  if (outcome.judgement == Judgement::kHolds) return;
  RunReport report = ReportOf(role, what, outcome);
  report.rerun = rerun;
  const auto probes = directory / "probes.jsonl";
  if (std::filesystem::exists(probes))
    report.outages = FindOutages(ReadProbes(probes));
  WriteFileAtomically(directory / "result.json", ToJson(report));
  WriteTimeline(directory);
}

}  // namespace faultline
