#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "faultline/base/processor_watch.h"
#include "faultline/check/judge_run.h"
#include "faultline/fault/active_fault.h"
#include "faultline/service/replicated_store.h"
#include "faultline/testing/cluster_test.h"
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
class StoreTest : public ClusterTest {
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
  ReplicatedStore& store() { return *store_; }
  std::vector<Node*> followers(const Node& leader);
  // Throws GapError if the store has none.
  MembershipControl& membership();

  // Load on all members, and a watch of all that it changes if the store has
  // watches; stopped by Judge at the latest.
  Workload& StartLoad(const WorkloadOptions& options = {},
                      const StoreTraffic& traffic = {});
  FaultContext fault_context() { return {cluster(), store()}; }
  // A fault of the catalogue (docs/faults.md), recorded in the history. It has
  // taken effect when this returns, and is healed at the end of the scope at
  // the latest. Throws GapError if the store lacks what it needs.
  ActiveFault Inject(const std::string& kind, const std::vector<Node*>& nodes,
                     const std::map<std::string, std::string>& parameters = {});
  // The bound on an outage after the loss of a leader: noticing, electing, and
  // the probe that sees it.
  Duration ElectionBound() const;
  // The bound on an outage where a leader keeps its majority: the shortest time
  // in which a member begins an election.
  Duration ContinuityBound() const;

  // After Judge: whether the outages ended in time. If one did not and a
  // machine waited for a processor most of the time meanwhile, the host is to
  // blame, and nothing is said of the store (kUnknown).
  //
  // Of scenarios in which the leader may be lost: within ElectionBound.
  Verdict JudgeRecovery();
  // In which it is not: within ContinuityBound.
  Verdict JudgeContinuity();
  // In which the recorded faults leave no majority: within ElectionBound of the
  // end of the fault.
  Verdict JudgeRecoveryAfterFaults();
  // Whether one of these was called: a scenario without a bound would hold
  // after any outage.
  bool outages_judged() const { return outages_judged_; }

  // Stops the load, reads what every member holds and asks all oracles:
  // acknowledged writes are there exactly once, unacknowledged ones at most
  // once (LosesNoAcknowledgedWrite), members agree and applied the same, the
  // history is linearizable as a map (if the load had reads; IsLinearizable),
  // terms only grow, one leader a term (HoldsRaftInvariants), the watch brought
  // every change (DeliversEveryEvent). Writes trace and probes to the run
  // directory.
  Verdict Judge();
  // What the load's probes saw; after Judge.
  const std::vector<Probe>& probes() const { return evidence_.probes; }
  const RaftTrace& trace() const { return evidence_.trace; }
  const History& history() const { return *evidence_.history; }

 private:
  void MakeStore();
  Verdict JudgeOutages(Duration limit, std::vector<Downtime> downtimes);
  // Of the late outages: how much of its time the node waited for a processor
  // that waited most, in the outage in which that was least.
  double ProcessorWaitIn(const std::vector<Outage>& outages);
  void StartProcessorWatch();
  TimePoint TimeOf(std::int64_t recorded_ns);
  void StartWatch();
  void ReadAllLogs();
  void StopLoad();
  void RecordProcessorWait();
  // For `faultline check` of the run directory.
  void KeepPromises();
  // Ends the watch, which must bring all that the members show.
  void EndWatch(std::vector<Verdict>& verdicts);

  StoreBinding binding_;
  std::unique_ptr<ReplicatedStore> store_;
  std::unique_ptr<Watchers> watchers_;
  std::unique_ptr<StoreWorkload> load_;
  bool load_reads_ = false;
  bool outages_judged_ = false;
  std::unique_ptr<ProcessorWatch> processor_watch_;
  RunEvidence evidence_{.history = std::make_shared<const History>()};
  Promises promises_;
};

}  // namespace faultline
