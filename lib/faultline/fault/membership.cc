#include "faultline/fault/membership.h"

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

}  // namespace

std::vector<Node*> Membership::Others() const {
  std::vector<Node*> others = store_.nodes();
  std::erase(others, &node_);
  return others;
}

std::vector<std::uint64_t> Membership::IdsIn(Node& other, Deadline deadline) {
  std::vector<std::uint64_t> ids;
  for (const Member& member : store_.Members(other, deadline)) {
    if (member.node == node_.name()) ids.push_back(member.id);
  }
  return ids;
}

// A request to a member whose leader is the node that has just died is lost,
// and the answer takes as long as the service waits.
void Membership::RequireALeader(Node& other, Deadline deadline) {
  const std::string leader = store_.Status(other, deadline).leader;
  if (!leader.empty() && leader != node_.name()) return;
  throw CommandError(
      fmt::format("{} follows {}", other.name(),
                  leader.empty() ? "no leader" : leader + " still"));
}

// Empty: none, or no answer.
std::string Membership::LeaderOf(Node& other, Deadline deadline) {
  try {
    return store_.Status(other, deadline).leader;
  } catch (const CommandError&) {
    return "";
  }
}

void Membership::ThroughAnother(const std::string& what, Deadline deadline,
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
std::uint64_t Membership::RequireId(Deadline deadline) {
  std::vector<std::vector<std::uint64_t>> lists;
  Eventually(deadline, node_.name() + ": a member list of another member", [&] {
    lists = AsTheOthersShowIt(deadline);
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
  for (const std::uint64_t id : IdsIn(through, deadline)) {
    removal_asked_ = true;
    store_.RemoveMember(id, through, deadline);
  }
}

void Membership::Remove(Deadline deadline) {
  ThroughAnother("remove it from the cluster", deadline,
                 [&](Node& through, Deadline attempt) {
                   RemoveThrough(through, attempt);
                 });
  removed_ = true;
}

// Once begun there is no way back to its data, also if it breaks off midway.
void Membership::JoinAfresh(Deadline deadline) {
  removed_ = true;
  ThroughAnother("join as a fresh member", deadline,
                 [&](Node& through, Deadline attempt) {
                   RemoveThrough(through, attempt);
                   store_.Join(node_, through, attempt);
                 });
  removal_asked_ = false;
  removed_ = false;
}

// The read ends once its member has applied what it could miss on its list.
bool Membership::IsListedByTheLeader(Deadline deadline) {
  return Eventually(deadline, node_.name() + ": a leader's member list",
                    [&](LastSeen& seen) -> std::optional<bool> {
                      Node& leader = store_.WaitForLeader(deadline);
                      const StoreReply read = store_.Connect(leader)->Get(
                          "any", ReadMode::kLinearizable, OneAnswer(deadline));
                      seen.Set(leader.name() + ": " + read.error);
                      if (read.outcome != Outcome::kOk) return std::nullopt;
                      return !IdsIn(leader, OneAnswer(deadline)).empty();
                    });
}

std::vector<std::vector<std::uint64_t>> Membership::AsTheOthersShowIt(
    Deadline deadline) {
  std::vector<std::vector<std::uint64_t>> lists;
  for (Node* other : Others()) {
    try {
      lists.push_back(IdsIn(*other, OneAnswer(deadline)));
    } catch (const CommandError&) {
      // It is not this fault's to say why.
    }
  }
  return lists;
}

}  // namespace faultline::internal
