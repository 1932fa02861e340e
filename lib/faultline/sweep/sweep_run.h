#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "faultline/base/deadline.h"
#include "faultline/base/processor_watch.h"
#include "faultline/evidence/persisted_log.h"
#include "faultline/evidence/verdict.h"
#include "faultline/nemesis/nemesis.h"
#include "faultline/service/replicated_store.h"

namespace faultline {

// Everything that is chosen for one run of a sweep.
struct SweepCase {
  FaultPlan plan;
  std::string load = "register";  // see SweepLoads
  std::uint64_t seed = 1;         // of the load
};

// What one run found. kUnknown: inconclusive or broken; the verdicts say why.
struct SweepOutcome {
  Judgement judgement = Judgement::kUnknown;
  std::vector<Verdict> verdicts;  // all that were asked
  std::int64_t operations = 0;
  std::int64_t acknowledged = 0;
  Duration outage{0};  // the longest
  Duration took{0};
  std::filesystem::path evidence;

  // The first line of what did not hold; empty if all held.
  std::string Reason() const;
};

// How long a run waits; multiplied by TimeScale().
struct SweepPatience {
  std::int64_t operations = 50;  // acknowledged before, and again after
  Duration to_serve = std::chrono::seconds(30);
  Duration to_converge = std::chrono::seconds(60);
  Duration to_end_plan = std::chrono::seconds(240);  // beyond its length
};

// No machine is looked at: none is starved.
inline std::map<pid_t, ProcessorUse> LookAtNothing() { return {}; }

// Ends the machines and reads what stands on their disks; called once, with
// what was found until then, when nothing else is asked of them.
using DisksReader =
    std::function<std::vector<PersistedLog>(const SweepOutcome& so_far)>;

// One run on a store that is formed and healthy: load, the plan beside it, all
// healed, convergence and service required, every key read through every
// member, everything judged, last what `read_disks` brings. Leaves all evidence
// (RunEvidence), plan.txt and verdict.txt in `directory`. A plan that could not
// be carried out makes the run kUnknown at best. While a plan leaves
// a majority, requests must be acknowledged again within the store's
// ElectionBound (InevitableDowntimes), unless a machine that `look` looks at
// was starved meanwhile. Throws what is
// broken outside of store and faults (a recorder that cannot write). When it
// returns, all is healed as far as that was possible.
SweepOutcome RunSweepCase(ReplicatedStore& store, const Nemesis::Maker& make,
                          const SweepCase& what,
                          const std::filesystem::path& directory,
                          const SweepPatience& patience = {},
                          ProcessorWatch::Look look = LookAtNothing,
                          const DisksReader& read_disks = {});

}  // namespace faultline
