#pragma once

#include <functional>
#include <string>

#include "faultline/base/deadline.h"
#include "faultline/nemesis/plan.h"

namespace faultline {

// A plan counts as failing if `failures` of at most `runs` runs fail.
struct Repetition {
  int failures = 2;
  int runs = 3;
};

// "2/3". Throws UsageError unless 1 <= failures <= runs.
Repetition ParseRepetition(const std::string& text);
std::string ToText(const Repetition& repetition);

struct ShrinkOptions {
  Repetition repetition;
  // No run begins later: then the smallest plan so far is the result.
  TimePoint until = TimePoint::max();
  std::chrono::milliseconds shortest{100};  // duration of a fault
};

struct ShrunkPlan {
  FaultPlan plan;
  bool reproduced = false;  // false: `plan` is the whole plan
  // Without any one fault, or with one half as long, it did not fail any more.
  bool minimal = false;
  int runs = 0;
};

// Fewest faults, then shortest. The faults by delta debugging (Zeller,
// Hildebrandt, "Simplifying and Isolating Failure-Inducing Input", IEEE TSE
// 28(2), 2002, algorithm ddmin), down to none if the failure needs none; then
// each duration is halved as long as it goes on failing. Start times stay. No
// plan is tried twice. `fails_once` runs a plan once; what it throws ends the
// shrinking.
ShrunkPlan ShrinkPlan(const FaultPlan& failing,
                      const std::function<bool(const FaultPlan&)>& fails_once,
                      const ShrinkOptions& options = {});

}  // namespace faultline
