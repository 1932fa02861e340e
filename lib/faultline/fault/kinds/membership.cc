#include "faultline/fault/kinds/membership.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <chrono>

#include "faultline/base/eventually.h"
#include "faultline/fault/fault.h"

namespace faultline::internal {
namespace {

// Long enough to join, short enough to leave time for another member's help.
Deadline OneAttempt(Deadline deadline) {
  return deadline.Capped(Scaled(std::chrono::seconds(20)));
}

Deadline OneAnswer(Deadline deadline) {
  return deadline.Capped(Scaled(std::chrono::seconds(2)));
}

std::vector<std::string> IdsOf(const Node& node,
                               const std::vector<Member>& members) {
  std::vector<std::string> ids;
  for (const Member& member : members) {
    if (member.node == node.name()) ids.push_back(member.id);
  }
  return ids;
}

}  // namespace

Membership::Membership(ManagedService& service, Node& node)
    : service_(service),
      members_(*service.membership()),
      leadership_(*service.leadership()),
      node_(node) {}

std::vector<Node*> Membership::Others() const {
  std::vector<Node*> others = service_.nodes();
  std::erase(others, &node_);
  return others;
}

std::vector<std::string> Membership::IdsIn(Node& other, Deadline deadline) {
  return IdsOf(node_, members_.Members(other, deadline));
}

// A request to a member whose leader is the node that has just died is lost,
// and the answer takes as long as the service waits.
void Membership::RequireALeader(Node& other, Deadline deadline) {
  const std::string leader = leadership_.LeaderSeenBy(other, deadline);
  if (!leader.empty() && leader != node_.name()) return;
  throw CommandError(
      fmt::format("{} follows {}", other.name(),
                  leader.empty() ? "no leader" : leader + " still"));
}

// Empty: none, or no answer.
std::string Membership::LeaderOf(Node& other, Deadline deadline) {
  try {
    return leadership_.LeaderSeenBy(other, deadline);
  } catch (const CommandError&) {
    return "";
  }
}

void Membership::ViaAnyPeer(const std::string& what, Deadline deadline,
                            const Action& action) {
  Eventually(deadline, node_.name() + ": " + what, [&](LastSeen& seen) {
    for (Node* other : Others()) {
      try {
        const Deadline attempt = OneAttempt(deadline);
        RequireALeader(*other, attempt);
        action(*other, attempt);
        return true;
      } catch (const CommandError& error) {
        seen.Set(error.what());
      } catch (const TimeoutError& error) {
        seen.Set(error.what());
      }
    }
    return false;
  });
}

// Whom the lister follows does not matter: nothing is changed yet.
std::string Membership::RequireId(Deadline deadline) {
  std::vector<std::vector<std::string>> lists;
  Eventually(deadline, node_.name() + ": a member list of another member", [&] {
    lists = MemberIdsSeenByPeers(deadline);
    return !lists.empty();
  });
  if (!lists.front().empty()) return lists.front().front();
  throw NoEffectError(fmt::format(
      "{}: it is no member: no membership to change", node_.name()));
}

void Membership::RequireAMajorityWithout(Deadline deadline) {
  Eventually(
      deadline, node_.name() + ": a majority without it", [&](LastSeen& seen) {
        std::size_t following = 0;
        std::vector<std::string> answers;
        for (Node* other : Others()) {
          const std::string leader = LeaderOf(*other, OneAnswer(deadline));
          if (!leader.empty()) ++following;
          answers.push_back(fmt::format(
              "{} follows {}", other->name(),
              leader.empty() ? "nobody or does not answer" : leader));
        }
        seen.Set(fmt::format("{}", fmt::join(answers, "; ")));
        return 2 * following > answers.size() + 1;
      });
}

void Membership::RemoveThrough(Node& through, Deadline deadline) {
  for (const std::string& id : IdsIn(through, deadline)) {
    removal_asked_ = true;
    members_.RemoveMember(id, through, deadline);
  }
}

void Membership::Remove(Deadline deadline) {
  ViaAnyPeer("remove it from the cluster", deadline,
             [&](Node& through, Deadline attempt) {
               RemoveThrough(through, attempt);
             });
  removed_ = true;
}

// Once begun there is no way back to its data, also if it breaks off midway.
void Membership::JoinAfresh(Deadline deadline) {
  removed_ = true;
  ViaAnyPeer("join as a fresh member", deadline,
             [&](Node& through, Deadline attempt) {
               RemoveThrough(through, attempt);
               members_.Join(node_, through, attempt);
             });
  removal_asked_ = false;
  removed_ = false;
}

bool Membership::IsListedByTheLeader(Deadline deadline) {
  return !IdsOf(node_, members_.CommittedMembers(deadline)).empty();
}

std::vector<std::vector<std::string>> Membership::MemberIdsSeenByPeers(
    Deadline deadline) {
  std::vector<std::vector<std::string>> lists;
  for (Node* other : Others()) {
    try {
      lists.push_back(IdsIn(*other, OneAnswer(deadline)));
    } catch (const CommandError&) {
      // The reason is reported elsewhere.
    }
  }
  return lists;
}

}  // namespace faultline::internal
