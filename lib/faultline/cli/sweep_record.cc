#include "faultline/cli/sweep_record.h"

#include <nlohmann/json.hpp>

#include "faultline/cli/run_record.h"

namespace faultline {
namespace {

using Json = nlohmann::json;

double Seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

const char* Word(Judgement judgement) {
  switch (judgement) {
    case Judgement::kHolds:
      return "held";
    case Judgement::kViolated:
      return "failed";
    case Judgement::kUnknown:
      break;
  }
  return "inconclusive";
}

Json ToJson(const SweepViolation& violation, const SweepIdentity& identity) {
  return {{"seed", violation.what.seed},
          {"load", violation.what.load},
          {"reason", violation.outcome.Reason()},
          {"run", violation.outcome.evidence.filename().string()},
          {"plan", violation.plan_file.string()},
          {"plan_text", ToText(violation.what.plan)},
          {"smallest_text",
           violation.shrunk ? ToText(violation.shrunk->plan) : std::string()},
          {"shrinking", ShrinkingText(violation)},
          {"rerun", RerunLine(violation, identity.rerun)}};
}

Json ToJson(const SweepRun& run) {
  Json faults = Json::array();
  for (const PlannedFault& planned : run.what.plan.faults)
    faults.push_back(planned.fault.kind);
  return {{"run", run.name},
          {"seed", run.what.seed},
          {"load", run.what.load},
          {"faults", faults},
          {"judgement", Word(run.judgement)},
          {"reason", run.reason},
          {"outage_ns", std::chrono::nanoseconds(run.outage).count()},
          {"seconds", Seconds(run.took)}};
}

}  // namespace

std::string SweepRecord(const SweepIdentity& identity,
                        const SweepSummary& summary) {
  Json json = {{"id", MakeRunId()},
               {"role", identity.role},
               {"started", identity.started},
               {"shard", identity.shard},
               {"first_seed", identity.first_seed},
               {"stride", identity.stride},
               {"canary", summary.canary ? ToText(*summary.canary) : ""},
               {"held", summary.held},
               {"violated", summary.violated},
               {"inconclusive", summary.inconclusive},
               {"seconds", Seconds(summary.took)},
               {"violations", Json::array()},
               {"runs", Json::array()}};
  for (const SweepViolation& violation : summary.violations)
    json["violations"].push_back(ToJson(violation, identity));
  for (const SweepRun& run : summary.drawn) json["runs"].push_back(ToJson(run));
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace faultline
