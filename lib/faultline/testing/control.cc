#include "faultline/testing/control.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "faultline/base/error.h"

namespace faultline {
namespace {

void Validate(const Control& control) {
  if (control.broken == control.safe)
    throw UsageError(
        fmt::format("control {}: the twin has the broken setting \"{}\"",
                    control.name, control.broken));
  if (control.required < 1 || control.required > control.runs)
    throw UsageError(fmt::format("control {}: {} of {} runs cannot be required",
                                 control.name, control.required, control.runs));
}

void RunBroken(const Control& control, const ControlBench& bench,
               ControlResult& result) {
  for (int i = 1; i <= control.runs; ++i) {
    const ControlRun run = bench(control, control.broken);
    if (run.verdict != ControlRun::Verdict::kViolated) continue;
    if (!run.contradicting.empty()) {
      ++result.caught;
      continue;
    }
    result.problems.push_back(
        fmt::format("{} with {}: run {} is violated, but no operation is named",
                    control.property, control.broken, i));
  }
  if (result.caught >= control.required) return;
  result.problems.push_back(
      fmt::format("{} with {}: violated in {} of {} runs, {} are required",
                  control.property, control.broken, result.caught, control.runs,
                  control.required));
}

void RunTwin(const Control& control, const ControlBench& bench,
             ControlResult& result) {
  for (int i = 0; i < control.runs; ++i) {
    if (bench(control, control.safe).verdict == ControlRun::Verdict::kHeld)
      ++result.held;
  }
  if (result.held == control.runs) return;
  result.problems.push_back(fmt::format("{} with {}: held in {} of {} runs",
                                        control.property, control.safe,
                                        result.held, control.runs));
}

}  // namespace

std::string ToJson(const Control& control, const ControlResult& result) {
  const nlohmann::json json = {{"name", control.name},
                               {"broken", control.broken},
                               {"safe", control.safe},
                               {"property", control.property},
                               {"plan", ToText(control.schedule)},
                               {"runs", control.runs},
                               {"required", control.required},
                               {"caught", result.caught},
                               {"held", result.held}};
  return json.dump(2) + "\n";
}

ControlResult RunControl(const Control& control, const ControlBench& bench) {
  Validate(control);
  ControlResult result;
  RunBroken(control, bench, result);
  RunTwin(control, bench, result);
  return result;
}

}  // namespace faultline
