#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "faultline/fault/active_fault.h"
#include "faultline/service/replicated_store.h"
#include "faultline/testing/cluster_test.h"
#include "faultline/workload/watchers.h"
#include "faultline/workload/workload.h"

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
  Workload& StartLoad(RegisterTraffic traffic = {});
  FaultContext fault_context() { return {cluster(), store()}; }
  // A fault of the catalogue (docs/faults.md), recorded in the history. It has
  // taken effect when this returns, and is healed at the end of the scope at
  // the latest. Throws GapError if the store lacks what it needs.
  ActiveFault Inject(const std::string& kind, const std::vector<Node*>& nodes,
                     const std::map<std::string, std::string>& parameters = {});
  // The bound on an outage after the loss of a leader: noticing, electing, and
  // the probe that sees it.
  Duration ElectionBound() const;

  // After Judge: whether every outage ended within ElectionBound. If one did
  // not and the machines waited for a processor most of the time, the host is
  // to blame, and nothing is said of the store (kUnknown).
  Verdict JudgeRecovery();

  // Stops the load, reads what every member holds and asks all oracles:
  // acknowledged writes are there exactly once, unacknowledged ones at most
  // once (LosesNoAcknowledgedWrite), members agree and applied the same, the
  // history is linearizable as a map (if the load had reads; IsLinearizable),
  // terms only grow, one leader a term (HoldsRaftInvariants), the watch brought
  // every change (DeliversEveryEvent). Writes trace and probes to the run
  // directory.
  Verdict Judge();
  // What the load's probes saw; after Judge.
  const std::vector<Probe>& probes() const { return result_.probes; }
  const RaftTrace& trace() const { return result_.trace; }
  const History& history() const { return result_.history; }

 private:
  void MakeStore();
  // The share of the time that the node waited which waited most.
  double ProcessorWaitOfNodes();
  void StartWatch();
  std::vector<CommitLog> ReadAllLogs();
  // Ends the watch, which must bring all of `log`.
  Verdict JudgeWatch(std::vector<CommitLog>& logs);
  void WriteResult();

  StoreBinding binding_;
  std::unique_ptr<ReplicatedStore> store_;
  std::unique_ptr<Watchers> watchers_;
  std::unique_ptr<Workload> load_;
  bool load_reads_ = false;
  double processor_wait_ = 0;
  WorkloadResult result_;
};

}  // namespace faultline
