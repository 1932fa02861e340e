#pragma once

#include <string>
#include <utility>
#include <vector>

#include "faultline/cluster/cluster.h"
#include "faultline/service/capability.h"

namespace faultline {

class LeadershipControl;
class MembershipControl;

// A service on the nodes of a cluster, as far as faults, fixtures, checkpoints
// and sweeps need to know it: what every role has. A role (ReplicatedStore,
// ...) adds what its clients do. Thread-safe. Refers to the cluster, which must
// outlive it.
//
// Where a call takes a deadline it throws TimeoutError when that has passed,
// and CommandError or MachineError naming the node if the node does not obey.
class ManagedService {
 public:
  virtual ~ManagedService() = default;

  virtual std::string name() const = 0;  // "etcd 3.4.23"
  // What influences the result, for the run's record: {"election timeout",
  // "1 s"}.
  virtual std::vector<std::pair<std::string, std::string>> settings() const = 0;
  // All that decides the state of a cluster which this service forms, as text:
  // the service, its version and every option, made from what its nodes are
  // given. Services of one text resume each other's checkpoints.
  virtual std::string configuration() const = 0;
  // The same for every object of a binding and its options; known before
  // anything boots.
  virtual Capabilities capabilities() const = 0;
  // The systemd units that make up the service on `node`, in the order in which
  // they start; one at least. Also for a node that does not run it yet.
  virtual std::vector<std::string> units(const Node& node) const = 0;

  // The nodes that run the service: those that were formed, attached or joined.
  virtual std::vector<Node*> nodes() const = 0;
  virtual Cluster& cluster() = 0;

  // Configures and starts the service on these nodes as one new cluster, and
  // waits until each answers. Throws UsageError if it was formed before.
  virtual void Form(const std::vector<Node*>& nodes, Deadline deadline) = 0;
  // Takes over nodes on which it was formed before: a cluster that was resumed
  // from a checkpoint. Waits as Form does.
  virtual void Attach(const std::vector<Node*>& nodes, Deadline deadline) = 0;
  // Starts the configured service again on a node, after a kill or a power cut;
  // nothing happens where it runs. Does not wait for it to answer. By default
  // StartUnits.
  virtual void Start(Node& node, Deadline deadline);
  // SIGKILL to the main process of each unit; returns when they are gone. Their
  // supervisor does not start them again. By default KillUnits.
  virtual void Kill(Node& node, Deadline deadline);
  // Throws CommandError that names the node and the reason unless the service
  // on `node` itself answers. Must not depend on a write or on other nodes. May
  // take less than the deadline: a node that is frozen does not hold up whoever
  // asks all.
  virtual void RequireAnswer(Node& node, Deadline deadline) = 0;

  // Null without the capabilities `leader` and `membership`. They live as long
  // as the service.
  virtual LeadershipControl* leadership() { return nullptr; }
  virtual MembershipControl* membership() { return nullptr; }

  // Returns when no node has anything to catch up with: what a checkpoint
  // keeps, and what is waited for when a fault is over. By default when all
  // answer.
  virtual void WaitUntilSettled(Deadline deadline);

  // RequireAnswer as a question.
  bool Answers(Node& node, Deadline deadline);
  bool RunsOn(const Node& node) const;
};

// A service of which one node leads.
class LeadershipControl {
 public:
  virtual ~LeadershipControl() = default;
  // The node that `node` itself follows; empty: none. Throws CommandError if
  // the service on it does not answer.
  virtual std::string LeaderSeenBy(Node& node, Deadline deadline) = 0;
  // Returns a leader that a majority follows. Throws TimeoutError with what
  // each node said last.
  virtual Node& WaitForLeader(Deadline deadline) = 0;
  // Makes the service on `to` lead, and returns once a majority follows it: an
  // election without an outage. Throws GapError without the capability
  // `leadership-transfer`.
  virtual void TransferLeadership(Node& to, Deadline deadline) = 0;
};

struct Member {
  std::string id;         // as the service shows it; unique for ever
  std::string node = {};  // empty until it has started once
  bool is_learner = false;
};

// A service whose nodes join and leave.
class MembershipControl {
 public:
  virtual ~MembershipControl() = default;
  // As `through` itself lists them. Throws CommandError if it does not answer.
  virtual std::vector<Member> Members(Node& through, Deadline deadline) = 0;
  // As a leader lists them that has applied all that was committed before the
  // call. Throws TimeoutError without a majority.
  virtual std::vector<Member> CommittedMembers(Deadline deadline) = 0;
  // Adds `node` through a running member, without data of its own, configures
  // and starts it there; returns when it is a full member. Errors name the
  // step.
  virtual void Join(Node& node, Node& through, Deadline deadline) = 0;
  // Returns when `through` no longer lists it.
  virtual void RemoveMember(const std::string& id, Node& through,
                            Deadline deadline) = 0;
};

}  // namespace faultline
