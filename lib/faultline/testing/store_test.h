#pragma once

#include <memory>
#include <string>
#include <vector>

#include "faultline/service/binding.h"
#include "faultline/service/replicated_store.h"
#include "faultline/testing/service_test.h"
#include "faultline/workload/kv/store_workload.h"
#include "faultline/workload/kv/watchers.h"

namespace faultline {

// The fixture of scenarios on a replicated store.
class StoreTest : public ServiceTest {
 public:
  explicit StoreTest(StoreBinding binding) : binding_(std::move(binding)) {}
  ~StoreTest() override;

 protected:
  void TearDown() override;

  // Boots `nodes` machines, the store not started: for scenarios about how it
  // forms.
  void BootNodes(int nodes);
  // A formed cluster, of which every member answers and one leads: resumed from
  // a checkpoint if possible, else booted and formed.
  void FormCluster(int nodes = 3);
  ReplicatedStore& store() { return static_cast<ReplicatedStore&>(service()); }
  std::vector<Node*> followers(const Node& leader);
  // Throws GapError if the binding lacks it; nothing needs to be booted.
  void Require(const Capability& capability) const;
  // Throws GapError if the store has none.
  MembershipControl& membership();
  // The version under test has this defect, one of known_bug: it goes into the
  // report, and the scenario must demand to see it.
  bool HasKnownBug(const std::string& name);

  // Load on all members, and a watch of all that it changes if the store has
  // watches; stopped by Judge at the latest.
  // The watches are those of Watches().
  Workload& StartLoad(const WorkloadOptions& options = {},
                      const StoreTraffic& traffic = {});
  // The bound on an outage where a leader keeps its majority: the shortest time
  // in which a member begins an election.
  Duration ContinuityBound();

  // After Judge, as JudgeOutages does. Of scenarios in which the leader may be
  // lost: within the store's ElectionBound.
  Verdict JudgeRecovery();
  // In which it is not: within ContinuityBound.
  Verdict JudgeContinuity();
  // In which a follower does not hear its leader for longer than an election
  // timeout, and is heard by others from `heard_ns` on: within ContinuityBound.
  // Where that is known to depose the leader, it must, not before, and the
  // outage is within ElectionBound from then on.
  Verdict JudgeContinuityWithAReturn(std::int64_t heard_ns);
  // In which a follower may miss its leader for that long: the same, but the
  // leader need not be deposed.
  Verdict JudgeContinuityWithShortCuts();
  // In which the recorded faults leave no majority: within ElectionBound of the
  // end of the fault.
  Verdict JudgeRecoveryAfterFaults();

  // Stops the load, reads what every member holds and asks all oracles:
  // acknowledged writes are there exactly once, unacknowledged ones at most
  // once, members agree and applied the same, the history is linearizable as a
  // map (if the load had reads), terms only grow, one leader a term, the watch
  // brought every change.
  Verdict Judge();
  // After Judge.
  const RaftTrace& trace() { return evidence().trace; }

  // What is watched beside the load; asked once the cluster stands.
  virtual std::vector<WatchTraffic> Watches();
  // From StartLoad to Judge.
  const Watchers& watchers() const { return *watchers_; }

 private:
  void StartWatch();
  void ReadAllLogs();
  void StopLoad() override;
  // The independent oracle: what the members wrote down, asked without them.
  void JudgeDisks() override;
  // Ends the watch, which must bring all that the members show.
  Verdict EndWatch();

  StoreBinding binding_;
  std::unique_ptr<Watchers> watchers_;
  bool load_reads_ = false;
  bool judged_ = false;
  std::unique_ptr<ManagedService> stopped_;  // for JudgeDisks
};

}  // namespace faultline
