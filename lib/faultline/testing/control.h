#pragma once

#include <functional>
#include <string>
#include <vector>

#include "faultline/nemesis/plan.h"

namespace faultline {

// A setting that is known to break a property under a schedule of faults, and
// its safe twin. A value.
struct Control {
  std::string name;
  std::string broken;       // setting, as the bench knows it
  std::string safe;         // setting of the twin
  FaultPlan schedule = {};  // of both halves
  std::string property;     // that the checker judges, of both halves
  // Of `runs` runs of the broken half at least so many must be violated. The
  // twin must hold in all of its runs.
  int required = 9;
  int runs = 10;
};

struct ControlRun {
  enum class Verdict { kHeld, kViolated, kInconclusive };
  Verdict verdict = Verdict::kInconclusive;
  std::vector<std::string> contradicting = {};  // operations, if violated
};

struct ControlResult {
  int caught = 0;  // runs of the broken half, violated and explained
  int held = 0;    // runs of the twin
  // Why the control failed, a line each; empty if it passed.
  std::vector<std::string> problems = {};

  bool passed() const { return problems.empty(); }
};

// For the track record: what was run, and what came of it.
std::string ToJson(const Control& control, const ControlResult& result);

// Runs `control.schedule` on a setting and judges `control.property`.
using ControlBench = std::function<ControlRun(const Control& control,
                                              const std::string& setting)>;

// Both halves with the same schedule and property. An inconclusive run counts
// for neither. Throws UsageError for a control that could not fail: equal
// settings, or fewer than one required run, or more than there are.
ControlResult RunControl(const Control& control, const ControlBench& bench);

}  // namespace faultline
