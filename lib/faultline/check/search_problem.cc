#include "faultline/check/search_problem.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <numeric>
#include <queue>
#include <utility>

namespace faultline::internal {
namespace {

constexpr std::uint32_t kNoAction = std::numeric_limits<std::uint32_t>::max();
// From this many different actions on, steps are kept in a hash table.
constexpr std::size_t kDenseActions = 512;
// What a group's uses are counted in.
constexpr std::size_t kLargestGroup = std::numeric_limits<std::uint16_t>::max();

void AppendText(std::string& text, const std::string& part) {
  text += std::to_string(part.size()) + ':' + part;
}

void AppendText(std::string& text, const std::optional<std::string>& part) {
  if (part) {
    AppendText(text, *part);
  } else {
    text += '-';
  }
}

// Equal for operations that step from every state alike.
std::string DescribeAction(const Operation& operation, bool by_process) {
  std::string text = std::to_string(static_cast<int>(operation.kind));
  text += operation.outcome == Outcome::kOk     ? 'o'
          : operation.outcome == Outcome::kFail ? 'f'
                                                : 'u';
  if (by_process) text += 'p' + std::to_string(operation.process);
  AppendText(text, operation.key);
  AppendText(text, operation.value);
  AppendText(text, operation.expected);
  for (const std::string& element : operation.elements) {
    AppendText(text, element);
  }
  if (operation.call) {
    AppendText(text, operation.call->function);
    AppendText(text, operation.call->input);
    AppendText(text, operation.call->output);
  }
  for (const Access& access : operation.accesses) {
    text += access.write ? 'w' : 'r';
    AppendText(text, access.key);
    AppendText(text, access.value);
  }
  return text;
}

bool InvokedEarlier(const Judged* a, const Judged* b) {
  return std::pair(a->operation->invoked_ns, a->index) <
         std::pair(b->operation->invoked_ns, b->index);
}

}  // namespace

SearchProblem::SearchProblem(const Model& model,
                             const std::vector<Judged>& operations,
                             const std::optional<std::string>& initial)
    : by_process_(model.by_process()) {
  std::vector<const Operation*> observed;
  for (const Judged& judged : operations) {
    if (!judged.known && OnlyObserves(*judged.operation)) continue;
    observed.push_back(judged.operation);
    if (judged.known) {
      known_.push_back({&judged, ActionOf(*judged.operation), 0,
                        OnlyObserves(*judged.operation)});
    } else {
      AddUnknown(judged);
    }
  }
  SortUnknowns();
  states_ = model.States(observed, initial);
  RankKnown();
  AssignSlots();
  ListCandidates();
}

std::uint32_t SearchProblem::ActionOf(const Operation& operation) {
  const auto next = static_cast<std::uint32_t>(actions_.size());
  const auto [found, added] =
      action_numbers_.try_emplace(DescribeAction(operation, by_process_), next);
  if (added) actions_.push_back(&operation);
  return found->second;
}

void SearchProblem::AddUnknown(const Judged& judged) {
  const std::uint32_t action = ActionOf(*judged.operation);
  const auto [found, added] = group_of_.try_emplace(action, unknowns_.size());
  if (!added && unknowns_[found->second].members.size() == kLargestGroup) {
    found->second = unknowns_.size();
  }
  if (found->second == unknowns_.size())
    unknowns_.push_back({action, kNoAction, {}});
  unknowns_[found->second].members.push_back(&judged);
}

void SearchProblem::SortUnknowns() {
  for (Unknowns& group : unknowns_) {
    std::sort(group.members.begin(), group.members.end(), InvokedEarlier);
    Operation acknowledged = *group.members[0]->operation;
    acknowledged.outcome = Outcome::kOk;
    const auto found =
        action_numbers_.find(DescribeAction(acknowledged, by_process_));
    group.acknowledged_action =
        found == action_numbers_.end() ? kNoAction : found->second;
  }
}

void SearchProblem::RankKnown() {
  std::sort(known_.begin(), known_.end(), [](const Known& a, const Known& b) {
    return std::pair(a.judged->operation->completed_ns, a.judged->index) <
           std::pair(b.judged->operation->completed_ns, b.judged->index);
  });
}

std::vector<std::uint32_t> SearchProblem::ByInvocation() const {
  std::vector<std::uint32_t> ranks(known_.size());
  std::iota(ranks.begin(), ranks.end(), 0);
  std::sort(ranks.begin(), ranks.end(),
            [this](std::uint32_t a, std::uint32_t b) {
              return InvokedEarlier(known_[a].judged, known_[b].judged);
            });
  return ranks;
}

void SearchProblem::AssignSlots() {
  const std::vector<std::uint32_t> by_invocation = ByInvocation();
  using Busy = std::pair<std::int64_t, std::uint32_t>;  // until, slot
  std::priority_queue<Busy, std::vector<Busy>, std::greater<>> busy;
  for (const std::uint32_t rank : by_invocation) {
    const Operation& operation = *known_[rank].judged->operation;
    std::uint32_t slot = static_cast<std::uint32_t>(slots_);
    if (!busy.empty() && busy.top().first < operation.invoked_ns) {
      slot = busy.top().second;
      busy.pop();
    } else {
      ++slots_;
    }
    known_[rank].slot = slot;
    busy.emplace(operation.completed_ns, slot);
  }
}

void SearchProblem::ListCandidates() {
  const std::vector<std::uint32_t> by_invocation = ByInvocation();
  std::vector<std::uint32_t> open;
  std::size_t next = 0;
  for (std::uint32_t frontier = 0; frontier < known_.size(); ++frontier) {
    const std::int64_t until = known_[frontier].judged->operation->completed_ns;
    while (next < by_invocation.size() &&
           known_[by_invocation[next]].judged->operation->invoked_ns <= until) {
      open.push_back(by_invocation[next++]);
    }
    std::erase_if(open, [=](std::uint32_t rank) { return rank < frontier; });
    std::sort(open.begin(), open.end());
    for (const std::uint32_t rank : open) {
      Lists& lists = known_[rank].observes ? observers_ : changers_;
      lists.ranks.push_back(rank);
    }
    observers_.ends.push_back(observers_.ranks.size());
    changers_.ends.push_back(changers_.ranks.size());
  }
}

std::size_t SearchProblem::Available(std::size_t group,
                                     std::size_t frontier) const {
  const auto& members = unknowns_[group].members;
  const std::int64_t until = known_[frontier].judged->operation->completed_ns;
  if (members.back()->operation->invoked_ns <= until) return members.size();
  const auto end = std::partition_point(
      members.begin(), members.end(), [=](const Judged* member) {
        return member->operation->invoked_ns <= until;
      });
  return static_cast<std::size_t>(end - members.begin());
}

std::int32_t SearchProblem::StepAnew(std::int32_t state, std::uint32_t action) {
  if (actions_.size() > kDenseActions) {
    const auto key = (static_cast<std::uint64_t>(state) << 32) | action;
    const auto [found, added] = sparse_steps_.try_emplace(key, kNotYet);
    if (added) found->second = states_->Step(state, *actions_[action]);
    return found->second;
  }
  const auto row = static_cast<std::size_t>(state);
  if (row >= steps_.size()) steps_.resize(row + 1);
  if (steps_[row].empty()) steps_[row].assign(actions_.size(), kNotYet);
  return steps_[row][action] = states_->Step(state, *actions_[action]);
}

bool SearchProblem::MayHelp(std::int32_t state, std::size_t group,
                            std::size_t rank) {
  return states_->MayHelp(state, *actions_[unknowns_[group].action],
                          *known_[rank].judged->operation);
}

std::uint64_t SearchProblem::bytes() const {
  constexpr std::uint64_t kHashNode = 48;
  const std::uint64_t row = actions_.size() * sizeof(std::int32_t);
  return (observers_.ranks.size() + changers_.ranks.size()) *
             sizeof(std::uint32_t) +
         steps_.size() * row + sparse_steps_.size() * kHashNode +
         states_->bytes();
}

}  // namespace faultline::internal
