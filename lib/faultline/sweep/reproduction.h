#pragma once

#include <string>
#include <vector>

#include "faultline/nemesis/plan.h"
#include "faultline/service/binding.h"
#include "faultline/sweep/sweep_run.h"

namespace faultline {

// A defect of a released service, with what makes it show: `faultline reproduce
// NAME`. A value.
struct Reproduction {
  std::string name;         // "etcd-15220"
  std::string what;         // one sentence
  std::string affected;     // versions: "etcd 3.4.23"
  std::string fixed;        // versions: "3.4.25, 3.5.8"
  bool found_here = false;  // by this suite, before it was told of it
  // A part of the name of the property that it violates.
  std::string property;
  StoreBinding binding;
  std::string load;  // see SweepLoads
  FaultPlan plan;
};

const std::vector<Reproduction>& Reproductions();
// Throws UsageError naming what exists.
const Reproduction& FindReproduction(const std::string& name);

// What one run says of the defect alone: kViolated if it showed, kHolds if it
// was looked for and did not show, else kUnknown. Other findings do not count.
Verdict JudgeReproduction(const Reproduction& reproduction,
                          const SweepOutcome& outcome);

}  // namespace faultline
