#include "faultline/service/replicated_store.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "faultline/base/eventually.h"

namespace faultline {
namespace {

// What one member answered in one round of asking.
struct Answer {
  Node* node = nullptr;
  std::optional<MemberStatus> status;

  bool HasStatus() const { return status.has_value(); }
};

// A member that is frozen must not hold up the round.
Deadline OneAnswer(Deadline deadline) {
  return deadline.Capped(Scaled(std::chrono::milliseconds(500)));
}

std::string Describe(const Answer& answer) {
  if (!answer.status) return answer.node->name() + ": no answer";
  const MemberStatus& status = *answer.status;
  return fmt::format(
      "{}: {} term {} revision {} applied {} of {}{}", answer.node->name(),
      status.leader.empty() ? "no leader" : "leader " + status.leader,
      status.term, status.revision, status.applied_index, status.commit_index,
      status.is_learner ? " learner" : "");
}

std::vector<Answer> AskAll(ReplicatedStore& store, Deadline deadline,
                           LastSeen& seen) {
  std::vector<Answer> answers;
  std::vector<std::string> lines;
  for (Node* node : store.nodes()) {
    Answer answer{.node = node, .status = std::nullopt};
    try {
      answer.status = store.Status(*node, OneAnswer(deadline));
    } catch (const CommandError&) {
    } catch (const TimeoutError&) {
    }
    lines.push_back(Describe(answer));
    answers.push_back(std::move(answer));
  }
  seen.Set(lines.empty() ? "no members"
                         : fmt::format("{}", fmt::join(lines, "; ")));
  return answers;
}

// The newest leader that a majority follows and that knows it leads.
Node* AgreedLeader(const std::vector<Answer>& answers) {
  const Answer* newest = nullptr;
  for (const Answer& answer : answers) {
    if (!answer.status || !answer.status->is_leader) continue;
    if (!newest || answer.status->term > newest->status->term) newest = &answer;
  }
  if (!newest) return nullptr;
  const auto follows = [&](const Answer& answer) {
    return answer.status && answer.status->leader == newest->node->name() &&
           answer.status->term == newest->status->term;
  };
  const auto followers = std::ranges::count_if(answers, follows);
  const bool majority = 2 * followers > static_cast<int>(answers.size());
  return majority ? newest->node : nullptr;
}

bool HaveOneLeaderAndTerm(const std::vector<Answer>& answers) {
  if (!std::ranges::all_of(answers, &Answer::HasStatus)) return false;
  if (!AgreedLeader(answers)) return false;
  const MemberStatus& first = *answers.front().status;
  return std::ranges::all_of(answers, [&](const Answer& answer) {
    return answer.status->leader == first.leader &&
           answer.status->term == first.term;
  });
}

std::int64_t NewestRevision(const std::vector<Answer>& answers) {
  std::int64_t newest = 0;
  for (const Answer& answer : answers) {
    newest = std::max(newest, answer.status->revision);
  }
  return newest;
}

// Load may go on meanwhile, so the members are not asked to stand still: each
// has to reach what the most advanced one showed when all had answered first.
class Agreement {
 public:
  bool Reached(const std::vector<Answer>& answers) {
    if (!HaveOneLeaderAndTerm(answers)) return false;
    if (!target_) target_ = NewestRevision(answers);
    return std::ranges::all_of(answers, [&](const Answer& answer) {
      return answer.status->revision >= *target_;
    });
  }

 private:
  std::optional<std::int64_t> target_;
};

}  // namespace

Duration ReplicatedStore::ElectionBound() const {
  return election_timeout() + Scaled(std::chrono::seconds(3));
}

void ReplicatedStore::RequireAnswer(Node& node, Deadline deadline) {
  Status(node, deadline);
}

void ReplicatedStore::WaitUntilSettled(Deadline deadline) {
  WaitForAgreement(deadline);
}

std::string ReplicatedStore::LeaderSeenBy(Node& node, Deadline deadline) {
  return Status(node, deadline).leader;
}

void ReplicatedStore::Compact(std::int64_t, Deadline) {
  throw GapError({.capability = capability::kWatchHistory,
                  .needed_by = "dropping what was before a revision",
                  .service = name()});
}

void ReplicatedStore::TransferLeadership(Node& to, Deadline) {
  throw GapError({.capability = capability::kLeadershipTransfer,
                  .needed_by = "a transfer of leadership to " + to.name(),
                  .service = name()});
}

Node& ReplicatedStore::WaitForLeader(Deadline deadline) {
  return *Eventually(deadline, "a leader that a majority follows",
                     [&](LastSeen& seen) -> std::optional<Node*> {
                       Node* leader =
                           AgreedLeader(AskAll(*this, deadline, seen));
                       return leader ? std::optional(leader) : std::nullopt;
                     });
}

Node& ReplicatedStore::WaitForLeaderOtherThan(const Node& old_leader,
                                              Deadline deadline) {
  return *Eventually(deadline, "a leader other than " + old_leader.name(),
                     [&](LastSeen& seen) -> std::optional<Node*> {
                       Node* leader =
                           AgreedLeader(AskAll(*this, deadline, seen));
                       const bool other = leader && leader != &old_leader;
                       return other ? std::optional(leader) : std::nullopt;
                     });
}

void ReplicatedStore::WaitForAgreement(Deadline deadline) {
  Agreement agreement;
  Eventually(deadline, "all members agree on leader and term and catch up",
             [&](LastSeen& seen) {
               return agreement.Reached(AskAll(*this, deadline, seen));
             });
}

std::vector<CommitLog> ReplicatedStore::ReadAllLogs(Deadline deadline) {
  std::vector<CommitLog> logs;
  try {
    Eventually(deadline, "all members show as many changes", [&] {
      std::vector<CommitLog> now;
      for (Node* node : nodes()) now.push_back(ReadCommitLog(*node, deadline));
      logs = std::move(now);
      return std::ranges::all_of(logs, [&](const CommitLog& log) {
        return log.commits.size() == logs.front().commits.size();
      });
    });
  } catch (const TimeoutError&) {
    if (logs.empty()) throw;
  }
  return logs;
}

}  // namespace faultline
