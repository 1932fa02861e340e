#include <fmt/format.h>

#include <algorithm>

#include "faultline/report/rerun.h"
#include "faultline/sweep/sweep.h"

namespace faultline {
namespace {

double Seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

const char* Word(Judgement judgement) {
  switch (judgement) {
    case Judgement::kHolds:
      return "held";
    case Judgement::kViolated:
      return "VIOLATED";
    case Judgement::kUnknown:
      break;
  }
  return "INCONCLUSIVE";
}

std::string Indented(const FaultPlan& plan) {
  std::string text;
  for (const PlannedFault& planned : plan.faults) {
    text += "  " + ToText(planned) + "\n";
  }
  return text.empty() ? "  no fault at all\n" : text;
}

std::string ToText(const SweepViolation& violation, const std::string& rerun) {
  const FaultPlan& plan =
      violation.shrunk ? violation.shrunk->plan : violation.what.plan;
  return fmt::format(
      "VIOLATED: {}\n{}:\n{}found with: seed {}, load {}\nevidence: {}\n"
      "rerun: {}\n\n",
      violation.outcome.Reason(), ShrinkingText(violation), Indented(plan),
      violation.what.seed, violation.what.load,
      violation.outcome.evidence.string(), RerunLine(violation, rerun));
}

}  // namespace

std::string ShrinkingText(const SweepViolation& violation) {
  if (!violation.shrunk) return "the plan";
  const ShrunkPlan& shrunk = *violation.shrunk;
  if (!shrunk.reproduced) {
    return fmt::format("the plan; it did not fail again in {} runs",
                       shrunk.runs);
  }
  return fmt::format(
      "the smallest failing plan{}, {} of {} faults after {} runs",
      shrunk.minimal ? "" : " so far", shrunk.plan.faults.size(),
      violation.what.plan.faults.size(), shrunk.runs);
}

std::string RerunLine(const SweepViolation& violation,
                      const std::string& rerun) {
  return fmt::format("{} --plan {} --loads {} --seed {} --runs 3", rerun,
                     ShellWord(violation.plan_file.string()),
                     violation.what.load, violation.what.seed);
}

std::string ToLine(const SweepCase& what, const SweepOutcome& outcome) {
  const std::string reason = outcome.Reason();
  return fmt::format(
      "seed {} load {} faults {} operations {} ({} acknowledged) outage {:.1f} "
      "s {} ({:.1f} s){}",
      what.seed, what.load, what.plan.faults.size(), outcome.operations,
      outcome.acknowledged, Seconds(outcome.outage), Word(outcome.judgement),
      Seconds(outcome.took), reason.empty() ? "" : ": " + reason);
}

std::string ToText(const Canary& canary) {
  const std::string defect = ToText(canary.defect);
  if (canary.found)
    return fmt::format("{} found in try {}", defect, canary.tries);
  return fmt::format("{} NOT FOUND in {} tries", defect, canary.tries);
}

std::string ToText(const SweepSummary& summary, const std::string& rerun) {
  std::string text;
  if (summary.CanaryMissed())
    text = fmt::format("canary {}: this sweep's green is not to be believed\n",
                       ToText(*summary.canary));
  for (const SweepViolation& violation : summary.violations) {
    text += ToText(violation, rerun);
  }
  const double hours = Seconds(summary.took) / 3600;
  return text + fmt::format(
                    "{} runs in {:.1f} minutes ({:.0f} an hour): {} held, {} "
                    "violated, {} inconclusive\n",
                    summary.runs(), hours * 60,
                    hours > 0 ? summary.runs() / hours : 0.0, summary.held,
                    summary.violated, summary.inconclusive);
}

}  // namespace faultline
