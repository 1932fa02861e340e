#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "faultline/service/replicated_store.h"
#include "faultline/testing/service_test.h"
#include "faultline/workload/kv/store_workload.h"
#include "faultline/workload/kv/watchers.h"

namespace faultline {

// A binding of the ReplicatedStore role, as a test suite uses it.
struct StoreBinding {
  std::string role;        // the suite's name: "ChainFire"
  std::vector<int> ports;  // guest ports the client needs
  std::function<std::unique_ptr<ReplicatedStore>(Cluster&)> make;
};

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
  // Throws GapError if the store has none.
  MembershipControl& membership();

  // Load on all members, and a watch of all that it changes if the store has
  // watches; stopped by Judge at the latest.
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

 private:
  ServiceBinding service_binding() const;
  void StartWatch();
  void ReadAllLogs();
  void StopLoad() override;
  // Ends the watch, which must bring all that the members show.
  Verdict EndWatch();

  StoreBinding binding_;
  std::unique_ptr<Watchers> watchers_;
  bool load_reads_ = false;
};

}  // namespace faultline
