#include "store_controls.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <string_view>

#include "faultline/base/environment.h"
#include "faultline/base/error.h"
#include "faultline/base/log.h"
#include "faultline/sweep/cluster_bench.h"

namespace faultline {
namespace {

int Runs(int otherwise) {
  const auto wanted = Environment("FAULTLINE_CONTROL_RUNS");
  return wanted ? std::stoi(*wanted) : otherwise;
}

// What the run says of the control's property, and of no other.
ControlRun ToControlRun(const std::string& property,
                        const SweepOutcome& outcome) {
  ControlRun run;
  for (const Verdict& verdict : outcome.verdicts) {
    if (verdict.property.find(property) == std::string::npos) continue;
    if (verdict.judgement == Judgement::kViolated)
      return {ControlRun::Verdict::kViolated, verdict.evidence};
    if (verdict.Holds()) run.verdict = ControlRun::Verdict::kHeld;
  }
  return run;
}

}  // namespace

ControlRun StoreControls::RunOnce(const Control& control,
                                  const StoreSetting& setting) {
  ClusterBench bench(setting.binding, control.schedule.nodes, std::nullopt);
  const std::filesystem::path place =
      run_directory().path() / fmt::format("run-{}", ++count_);
  std::filesystem::create_directory(place);
  const SweepCase what{.plan = control.schedule,
                       .load = setting.load,
                       .seed = static_cast<std::uint64_t>(run().seed + count_)};
  try {
    return ToControlRun(control.property, bench.Run(what, place));
  } catch (const Error& error) {
    Log(LogLevel::kError, fmt::format("run {}: {}", count_, error.what()));
    return {};
  }
}

void StoreControls::ExpectToldApart(
    Control control, const std::map<std::string, StoreSetting>& settings) {
  const int runs = Runs(control.runs);
  control.required = std::max(1, control.required * runs / control.runs);
  control.runs = runs;
  const ControlResult result =
      RunControl(control, [&](const Control& what, const std::string& setting) {
        return RunOnce(what, settings.at(setting));
      });
  run_directory().Write("control.json", ToJson(control, result));
  RecordFact("violated with " + control.broken,
             fmt::format("{} of {}", result.caught, runs));
  RecordFact("held with " + control.safe,
             fmt::format("{} of {}", result.held, runs));
  EXPECT_THAT(result.problems, testing::IsEmpty());
  control.schedule.faults.clear();
  EXPECT_NE(RunOnce(control, settings.at(control.broken)).verdict,
            ControlRun::Verdict::kViolated)
      << control.name << ": violated without a fault";
}

}  // namespace faultline
