#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "faultline/check/judged.h"

namespace faultline::internal {

// One part of a history, prepared for the search: known operations ranked by
// completion, unknown ones grouped by what they do, states and steps as numbers
// that are computed once. Not thread-safe.
//
// At any moment of the search some ranks from 0 on are all placed; the first
// that is not is the frontier. Only operations invoked no later than the
// frontier completes can come next. Those that also complete no earlier all
// overlap the moment of its completion, so that a slot number shared only by
// operations that never overlap identifies each of them there.
class SearchProblem {
 public:
  struct Known {
    const Judged* judged = nullptr;
    std::uint32_t action = 0;
    std::uint32_t slot = 0;
    bool observes = false;
  };
  // Interchangeable operations of unknown outcome: it is enough to use them in
  // the order of their invocations.
  struct Unknowns {
    std::uint32_t action = 0;
    std::uint32_t acknowledged_action = 0;  // of known ones with this effect
    std::vector<const Judged*> members;     // in order of invocation
  };

  SearchProblem(const Model& model, const std::vector<Judged>& operations,
                const std::optional<std::string>& initial);

  std::size_t size() const { return known_.size(); }
  std::size_t slots() const { return slots_; }
  const Known& known(std::size_t rank) const { return known_[rank]; }
  const std::vector<Unknowns>& unknowns() const { return unknowns_; }
  // Ranks at the frontier and after it that can come next, placed or not.
  std::span<const std::uint32_t> Observers(std::size_t frontier) const {
    return observers_.At(frontier);
  }
  std::span<const std::uint32_t> Changers(std::size_t frontier) const {
    return changers_.At(frontier);
  }
  // How many members of an unknown group can have taken effect there.
  std::size_t Available(std::size_t group, std::size_t frontier) const;

  std::int32_t initial() const { return states_->Initial(); }
  std::int32_t Step(std::int32_t state, std::uint32_t action) {
    const auto row = static_cast<std::size_t>(state);
    if (row < steps_.size() && !steps_[row].empty()) {
      if (const std::int32_t next = steps_[row][action]; next != kNotYet) {
        return next;
      }
    }
    return StepAnew(state, action);
  }
  // Whether the model rules out that the unknown group is of any use now for
  // this known operation.
  bool MayHelp(std::int32_t state, std::size_t group, std::size_t rank);
  bool CanTellHelp() const { return states_->CanTellHelp(); }
  std::uint64_t bytes() const;

 private:
  static constexpr std::int32_t kNotYet = -2;

  // Lists of ranks, one for each frontier, end to end.
  struct Lists {
    std::vector<std::size_t> ends;
    std::vector<std::uint32_t> ranks;

    std::span<const std::uint32_t> At(std::size_t frontier) const {
      const std::size_t begin = frontier == 0 ? 0 : ends[frontier - 1];
      return {ranks.data() + begin, ends[frontier] - begin};
    }
  };

  std::uint32_t ActionOf(const Operation& operation);
  void AddUnknown(const Judged& judged);
  void RankKnown();
  void SortUnknowns();
  std::vector<std::uint32_t> ByInvocation() const;
  void AssignSlots();
  void ListCandidates();
  std::int32_t StepAnew(std::int32_t state, std::uint32_t action);

  bool by_process_;
  std::vector<Known> known_;
  std::vector<Unknowns> unknowns_;
  std::unordered_map<std::uint32_t, std::size_t> group_of_;  // by action
  std::unordered_map<std::string, std::uint32_t> action_numbers_;
  std::vector<const Operation*> actions_;
  std::size_t slots_ = 0;
  Lists observers_;
  Lists changers_;
  std::unique_ptr<StateSpace> states_;
  std::vector<std::vector<std::int32_t>> steps_;  // by state, then action
  std::unordered_map<std::uint64_t, std::int32_t> sparse_steps_;
};

}  // namespace faultline::internal
