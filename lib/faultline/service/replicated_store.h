#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "faultline/cluster/cluster.h"
#include "faultline/evidence/commit_log.h"
#include "faultline/evidence/raft_trace.h"
#include "faultline/history/operation.h"
#include "faultline/service/store_watch.h"

namespace faultline {

// What a store answered to one request. `outcome` follows the binding's written
// error table; the other fields count only with kOk.
struct StoreReply {
  Outcome outcome = Outcome::kUnknown;
  std::optional<std::string> value =
      {};               // read: absent if the key is not there
  bool applied = true;  // compare-and-set: the comparison held
  std::int64_t revision = 0;
  std::string error = {};
};

enum class ReadMode {
  kLinearizable,
  kLocal
};  // kLocal: the member's own copy, possibly stale

// One client's connection to one member, used by one thread. It never retries
// by itself and never throws for an answer, an error or a silence of the
// service: those are outcomes.
class StoreClient {
 public:
  virtual ~StoreClient() = default;
  virtual StoreReply Put(const std::string& key, const std::string& value,
                         Deadline deadline) = 0;
  virtual StoreReply Get(const std::string& key, ReadMode mode,
                         Deadline deadline) = 0;
  virtual StoreReply Delete(const std::string& key, Deadline deadline) = 0;
  // `expected` absent: the key must not exist.
  virtual StoreReply CompareAndSet(const std::string& key,
                                   const std::optional<std::string>& expected,
                                   const std::string& value,
                                   Deadline deadline) = 0;
};

struct MemberStatus {
  std::string leader = {};  // node name, empty if it knows none
  std::uint64_t term = 0;
  std::uint64_t commit_index = 0;
  std::uint64_t applied_index = 0;
  std::int64_t revision = 0;
  bool is_leader = false;
  bool is_learner = false;
};

struct Member {
  std::uint64_t id = 0;
  std::string node = {};  // empty until it has started once
  bool is_learner = false;
};

// The ChainFire and FlareDB role: a Raft-replicated key-value store on the
// nodes of a cluster. Start-up, faults on the service process and what the
// members say of themselves. Thread-safe. Refers to the cluster, which must
// outlive it.
class ReplicatedStore {
 public:
  virtual ~ReplicatedStore() = default;

  virtual std::string name() const = 0;  // "etcd 3.4.23"
  virtual std::vector<std::pair<std::string, std::string>> settings()
      const = 0;  // election settings etc., for the run's record
  // All that decides the state of a cluster which this store forms, as text:
  // the service, its version and every option, made from what its members are
  // given. Stores of one text resume each other's checkpoints.
  virtual std::string configuration() const = 0;
  // The service's systemd unit on each node: "faultline-etcd.service".
  virtual std::string unit() const = 0;
  virtual Duration election_timeout()
      const = 0;  // a member's upper bound for noticing that its leader is gone

  // Configures and starts the service on these nodes as one new cluster, waits
  // until each answers and one leads.
  virtual void Form(const std::vector<Node*>& nodes, Deadline deadline) = 0;
  // Takes nodes on which it was formed before: a cluster that was resumed.
  // Waits as Form does.
  virtual void Adopt(const std::vector<Node*>& nodes, Deadline deadline) = 0;
  // Starts the configured service again on a node (after a kill or a power
  // cut). Does not wait for it to answer.
  virtual void StartService(Node& node, Deadline deadline) = 0;
  // SIGKILL to the service's main process, and no restart by its supervisor.
  virtual void KillService(Node& node, Deadline deadline) = 0;

  // The client follows its node to new ports when the machine starts again.
  // Does not throw for a node that is off: requests to it were not sent, kFail.
  virtual std::unique_ptr<StoreClient> Connect(Node& node) = 0;
  // Throws CommandError if the member does not answer.
  virtual MemberStatus Status(Node& node, Deadline deadline) = 0;
  virtual std::vector<Member> Members(Node& through, Deadline deadline) = 0;
  // Adds `node` as learner through a running member, configures and starts it
  // there, promotes it when it has caught up.
  virtual void Join(Node& node, Node& through, Deadline deadline) = 0;
  virtual void RemoveMember(std::uint64_t id, Node& through,
                            Deadline deadline) = 0;
  // Makes the member on `to` lead, and returns once a majority follows it: an
  // election without an outage. False, and nothing done: the service cannot.
  virtual bool HandOver(Node& /*to*/, Deadline /*deadline*/) { return false; }
  // Every change since the store began, as this member alone shows it.
  virtual CommitLog ReadCommitLog(Node& node, Deadline deadline) = 0;
  // Null: the service has no watch. It lives as long as the store.
  virtual StoreWatch* watch() { return nullptr; }

  // The nodes that were formed or joined.
  virtual std::vector<Node*> nodes() const = 0;
  virtual Cluster& cluster() = 0;

  // Waits, by asking all members, built on Status. They throw TimeoutError with
  // what each member said last.
  Node& WaitForLeader(Deadline deadline);
  Node& WaitForLeaderOtherThan(const Node& old_leader, Deadline deadline);
  // All members answer, name one leader, share its term, and each has reached
  // the newest revision that any had when all first did so. Load may go on.
  void WaitForAgreement(Deadline deadline);

  // ReadCommitLog of every member, repeated until all have as many changes: a
  // request that its client gave up may be carried out long after. At the
  // deadline what they show, which is for a checker to judge; throws
  // TimeoutError if one never showed its log.
  std::vector<CommitLog> ReadAllLogs(Deadline deadline);
};

}  // namespace faultline
