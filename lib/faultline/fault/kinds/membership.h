#pragma once

#include <functional>
#include <string>
#include <vector>

#include "faultline/cluster/node.h"
#include "faultline/service/managed_service.h"

namespace faultline::internal {

// One node's place in its cluster, changed and looked at through the other
// members. What a member does not answer, or refuses because it has no leader,
// is asked of the next one and repeated until the deadline: TimeoutError then
// says what was heard last. Without a majority nothing can be changed. Used by
// one thread.
class Membership {
 public:
  // The service has the capabilities `membership` and `leader`.
  Membership(ManagedService& service, Node& node);

  // The node's entry in another member's list. Throws NoEffectError if it has
  // none.
  std::string RequireId(Deadline deadline);
  // Waits until so many of the others answer and follow a leader that they can
  // change the list without the node. Throws TimeoutError with what they said.
  void RequireAMajorityWithout(Deadline deadline);
  // Takes all entries of the node off the list. The node's own service should
  // not run.
  void Remove(Deadline deadline);
  // A member was asked to remove the node: that may have happened even if no
  // answer came.
  bool RemovalWasAsked() const { return removal_asked_; }
  // It has happened, or is to be brought to its end by JoinAfresh.
  bool IsRemoved() const { return removed_; }
  // Whether the node is on the list of a leader that has applied all that was
  // committed before the call. Throws TimeoutError without a majority.
  bool IsListedByTheLeader(Deadline deadline);
  // Makes the node a voting member with a new id and no data of its own,
  // whatever of an earlier attempt is left. The machine runs.
  void JoinAfresh(Deadline deadline);

  // Ids of the node's entries, learners too, in the list of each other member
  // that answers.
  std::vector<std::vector<std::string>> MemberIdsSeenByPeers(Deadline deadline);

 private:
  using Action = std::function<void(Node& through, Deadline attempt)>;

  std::vector<Node*> Others() const;
  std::vector<std::string> IdsIn(Node& other, Deadline deadline);
  void RemoveThrough(Node& through, Deadline deadline);
  std::string LeaderOf(Node& other, Deadline deadline);
  void RequireALeader(Node& other, Deadline deadline);
  void ViaAnyPeer(const std::string& what, Deadline deadline,
                  const Action& action);

  ManagedService& service_;
  MembershipControl& members_;
  LeadershipControl& leadership_;
  Node& node_;
  bool removal_asked_ = false;
  bool removed_ = false;
};

}  // namespace faultline::internal
