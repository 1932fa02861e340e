#include "faultline/check/search.h"

#include <algorithm>
#include <span>

#include "faultline/check/search_memo.h"

namespace faultline::internal {
namespace {

constexpr std::int32_t kImpossible = StateSpace::kImpossible;
constexpr std::uint32_t kNoGroup = 0xffffffff;
constexpr std::uint32_t kNoRank = 0xffffffff;
constexpr std::int64_t kStatesBetweenChecks = 512;

class Searcher {
 public:
  Searcher(SearchProblem& problem, Budget& budget);
  ~Searcher() { budget_.GiveBack(taken_bytes_); }
  Searcher(const Searcher&) = delete;
  Searcher& operator=(const Searcher&) = delete;

  SearchResult Run();

 private:
  // A configuration on the way down.
  struct Frame {
    std::size_t frontier = 0;
    std::size_t path_size = 0;
    std::size_t next_move = 0;
    std::int32_t state = 0;
    // The last step was this unknown group's, from this state, and no
    // observation was placed since: what follows must need it.
    std::uint32_t unproven = kNoGroup;
    std::int32_t before = 0;
  };

  bool Finished() const { return frontier_ == problem_.size(); }
  void Place(std::uint32_t rank);
  void Advance();
  bool PlaceObservers();
  bool IsNew();
  bool Needless(const Frame& frame, std::uint32_t action, bool known,
                std::int32_t after);
  bool HasTwin(std::size_t frontier, std::uint32_t action,
               std::uint32_t before) const;
  bool TryKnown(const Frame& frame, std::uint32_t rank);
  bool TryUnknown(const Frame& frame, std::size_t group);
  bool MayBeOfUse(const Frame& frame, std::size_t group);
  bool HasMove(const Frame& frame);
  bool Descend();
  void Enter(std::uint32_t unproven, std::int32_t before);
  void Restore(const Frame& frame);
  void NoteLongest(const Frame& frame);
  bool OutOfBudget();
  std::vector<std::size_t> Order(const std::vector<std::int32_t>& path) const;

  SearchProblem& problem_;
  Budget& budget_;
  const std::size_t words_;
  SearchMemo memo_;
  std::vector<Frame> frames_;
  // The configuration: the path is ranks, and ~group for unknown operations.
  std::vector<std::int32_t> path_;
  std::vector<std::uint8_t> placed_;
  std::vector<std::uint64_t> key_;  // frontier and state, then placed slots
  std::vector<std::uint64_t> kept_slots_;  // of each frame
  std::vector<std::uint16_t> used_;
  std::size_t frontier_ = 0;
  std::int32_t state_ = 0;

  std::vector<std::int32_t> longest_;
  std::size_t longest_frontier_ = 0;
  bool has_longest_ = false;
  std::int64_t states_ = 0;
  std::uint64_t taken_bytes_ = 0;
  Budget::Stop stopped_ = Budget::Stop::kNone;
};

Searcher::Searcher(SearchProblem& problem, Budget& budget)
    : problem_(problem),
      budget_(budget),
      words_((problem.slots() + 63) / 64),
      memo_(1 + words_, problem.unknowns().size()),
      placed_(problem.size(), 0),
      key_(1 + words_, 0),
      used_(problem.unknowns().size(), 0),
      state_(problem.initial()) {}

void Searcher::Place(std::uint32_t rank) {
  const std::uint32_t slot = problem_.known(rank).slot;
  placed_[rank] = 1;
  key_[1 + slot / 64] |= std::uint64_t{1} << (slot % 64);
  path_.push_back(static_cast<std::int32_t>(rank));
}

void Searcher::Advance() {
  while (!Finished() && placed_[frontier_] != 0) {
    const std::uint32_t slot = problem_.known(frontier_).slot;
    key_[1 + slot / 64] &= ~(std::uint64_t{1} << (slot % 64));
    ++frontier_;
  }
}

// An observation that fits now is placed now: it changes nothing and is one
// duty less. True if any was.
bool Searcher::PlaceObservers() {
  const std::size_t size = path_.size();
  Advance();
  for (bool again = true; again && !Finished();) {
    for (const std::uint32_t rank : problem_.Observers(frontier_)) {
      if (placed_[rank] == 0 &&
          problem_.Step(state_, problem_.known(rank).action) == state_) {
        Place(rank);
      }
    }
    const std::size_t frontier = frontier_;
    Advance();
    again = frontier != frontier_;
  }
  return path_.size() != size;
}

bool Searcher::IsNew() {
  key_[0] = (static_cast<std::uint64_t>(frontier_) << 32) |
            static_cast<std::uint32_t>(state_);
  return memo_.Add(key_, used_);
}

// Whether the unknown operation before this step was of no use for it: the step
// leads to the same state without it, or with it afterwards.
bool Searcher::Needless(const Frame& frame, std::uint32_t action, bool known,
                        std::int32_t after) {
  if (frame.unproven == kNoGroup) return false;
  const std::int32_t without = problem_.Step(frame.before, action);
  if (without == kImpossible) return false;
  if (without == after) return true;
  return known &&
         problem_.Step(without, problem_.unknowns()[frame.unproven].action) ==
             after;
}

// Whether a known operation of lower rank can come next that does the same: the
// two can be exchanged wherever the other comes first.
bool Searcher::HasTwin(std::size_t frontier, std::uint32_t action,
                       std::uint32_t before) const {
  for (const std::uint32_t rank : problem_.Changers(frontier)) {
    if (rank >= before) return false;
    if (placed_[rank] == 0 && problem_.known(rank).action == action) {
      return true;
    }
  }
  return false;
}

bool Searcher::TryKnown(const Frame& frame, std::uint32_t rank) {
  if (placed_[rank] != 0) return false;
  const std::uint32_t action = problem_.known(rank).action;
  if (HasTwin(frame.frontier, action, rank)) return false;
  const std::int32_t after = problem_.Step(frame.state, action);
  if (after == kImpossible || Needless(frame, action, true, after)) {
    return false;
  }
  Place(rank);
  state_ = after;
  PlaceObservers();
  if (Finished() || IsNew()) {
    Enter(kNoGroup, 0);
    return true;
  }
  Restore(frame);
  return false;
}

bool Searcher::MayBeOfUse(const Frame& frame, std::size_t group) {
  if (!problem_.CanTellHelp()) return true;
  const auto helps = [&](std::uint32_t rank) {
    return placed_[rank] == 0 && problem_.MayHelp(frame.state, group, rank);
  };
  const auto observers = problem_.Observers(frame.frontier);
  const auto changers = problem_.Changers(frame.frontier);
  return std::any_of(observers.begin(), observers.end(), helps) ||
         std::any_of(changers.begin(), changers.end(), helps);
}

bool Searcher::TryUnknown(const Frame& frame, std::size_t group) {
  const std::uint32_t action = problem_.unknowns()[group].action;
  const std::int32_t after = problem_.Step(frame.state, action);
  if (after == kImpossible || after == frame.state ||
      used_[group] >= problem_.Available(group, frame.frontier) ||
      HasTwin(frame.frontier, problem_.unknowns()[group].acknowledged_action,
              kNoRank) ||
      Needless(frame, action, false, after) || !MayBeOfUse(frame, group)) {
    return false;
  }
  path_.push_back(~static_cast<std::int32_t>(group));
  ++used_[group];
  state_ = after;
  const bool proven = PlaceObservers();
  const Frame next{.frontier = frontier_,
                   .state = after,
                   .unproven = static_cast<std::uint32_t>(group),
                   .before = frame.state};
  if (Finished() || ((proven || HasMove(next)) && IsNew())) {
    Enter(proven ? kNoGroup : next.unproven, next.before);
    return true;
  }
  Restore(frame);
  return false;
}

// Whether anything may follow an unproven unknown operation.
bool Searcher::HasMove(const Frame& frame) {
  for (const std::uint32_t rank : problem_.Changers(frame.frontier)) {
    if (placed_[rank] != 0) continue;
    const std::uint32_t action = problem_.known(rank).action;
    const std::int32_t after = problem_.Step(frame.state, action);
    if (after != kImpossible && !Needless(frame, action, true, after)) {
      return true;
    }
  }
  for (std::size_t i = 0; i < problem_.unknowns().size(); ++i) {
    const std::uint32_t action = problem_.unknowns()[i].action;
    const std::int32_t after = problem_.Step(frame.state, action);
    if (after != kImpossible && after != frame.state &&
        used_[i] < problem_.Available(i, frame.frontier) &&
        !Needless(frame, action, false, after)) {
      return true;
    }
  }
  return false;
}

void Searcher::Enter(std::uint32_t unproven, std::int32_t before) {
  frames_.push_back({.frontier = frontier_,
                     .path_size = path_.size(),
                     .next_move = 0,
                     .state = state_,
                     .unproven = unproven,
                     .before = before});
  kept_slots_.insert(kept_slots_.end(), key_.begin() + 1, key_.end());
  ++states_;
}

void Searcher::Restore(const Frame& frame) {
  while (path_.size() > frame.path_size) {
    const std::int32_t last = path_.back();
    if (last < 0) {
      const std::int32_t group = ~last;
      --used_[static_cast<std::size_t>(group)];
    } else {
      placed_[static_cast<std::size_t>(last)] = 0;
    }
    path_.pop_back();
  }
  frontier_ = frame.frontier;
  state_ = frame.state;
  std::copy_n(kept_slots_.begin() +
                  static_cast<std::ptrdiff_t>((frames_.size() - 1) * words_),
              words_, key_.begin() + 1);
}

// One step down from the last frame; false if none is left.
bool Searcher::Descend() {
  Frame& frame = frames_.back();
  const auto changers = problem_.Changers(frame.frontier);
  const std::size_t moves = changers.size() + problem_.unknowns().size();
  while (frame.next_move < moves) {
    const std::size_t move = frame.next_move++;
    const Frame now = frame;  // Enter may move the frames
    if (move < changers.size() ? TryKnown(now, changers[move])
                               : TryUnknown(now, move - changers.size())) {
      return true;
    }
  }
  return false;
}

void Searcher::NoteLongest(const Frame& frame) {
  if (has_longest_ && (frame.frontier < longest_frontier_ ||
                       (frame.frontier == longest_frontier_ &&
                        path_.size() <= longest_.size()))) {
    return;
  }
  has_longest_ = true;
  longest_frontier_ = frame.frontier;
  longest_ = path_;
}

bool Searcher::OutOfBudget() {
  if (states_ % kStatesBetweenChecks != 0) return false;
  const std::uint64_t bytes = memo_.bytes() + problem_.bytes();
  budget_.Take(bytes - taken_bytes_);
  taken_bytes_ = bytes;
  stopped_ = budget_.Check();
  return stopped_ != Budget::Stop::kNone;
}

std::vector<std::size_t> Searcher::Order(
    const std::vector<std::int32_t>& path) const {
  std::vector<std::size_t> next(problem_.unknowns().size(), 0);
  std::vector<std::size_t> order;
  order.reserve(path.size());
  for (const std::int32_t step : path) {
    if (step >= 0) {
      const auto rank = static_cast<std::size_t>(step);
      order.push_back(problem_.known(rank).judged->index);
    } else {
      const std::int32_t number = ~step;
      const auto group = static_cast<std::size_t>(number);
      order.push_back(problem_.unknowns()[group].members[next[group]++]->index);
    }
  }
  return order;
}

SearchResult Searcher::Run() {
  PlaceObservers();
  IsNew();
  Enter(kNoGroup, 0);
  while (!frames_.empty() && !Finished()) {
    if (OutOfBudget()) break;
    if (Descend()) continue;
    NoteLongest(frames_.back());
    frames_.pop_back();
    kept_slots_.resize(frames_.size() * words_);
    if (!frames_.empty()) Restore(frames_.back());
  }
  SearchResult result{.holds = Finished(),
                      .stopped = stopped_,
                      .order = {},
                      .blocked = {},
                      .states = states_};
  if (result.holds) {
    result.order = Order(path_);
  } else if (has_longest_) {
    result.order = Order(longest_);
    result.blocked = problem_.known(longest_frontier_).judged->index;
  }
  return result;
}

}  // namespace

SearchResult Search(SearchProblem& problem, Budget& budget) {
  return Searcher(problem, budget).Run();
}

}  // namespace faultline::internal
