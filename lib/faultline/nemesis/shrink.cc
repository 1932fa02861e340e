#include "faultline/nemesis/shrink.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <string>

#include "faultline/base/error.h"

namespace faultline {
namespace {

using Faults = std::vector<PlannedFault>;
using std::chrono::milliseconds;

class Shrinker {
 public:
  Shrinker(const FaultPlan& failing,
           const std::function<bool(const FaultPlan&)>& fails_once,
           const ShrinkOptions& options)
      : smallest_(failing), fails_once_(fails_once), options_(options) {}

  ShrunkPlan Shrink() {
    ShrunkPlan shrunk;
    shrunk.reproduced = Fails(smallest_.faults);
    if (shrunk.reproduced && !Take({})) {
      RemoveFaults();
      ShortenFaults();
    }
    shrunk.minimal = shrunk.reproduced && !out_of_time_;
    shrunk.plan = smallest_;
    shrunk.runs = runs_;
    return shrunk;
  }

 private:
  bool Fails(const Faults& faults) {
    FaultPlan plan = smallest_;
    plan.faults = faults;
    const std::string text = ToText(plan);
    const auto known = tried_.find(text);
    if (known != tried_.end()) return known->second;
    const bool fails = FailsOftenEnough(plan);
    if (!out_of_time_) tried_[text] = fails;
    return fails;
  }

  bool FailsOftenEnough(const FaultPlan& plan) {
    const auto& [wanted, runs] = options_.repetition;
    int failures = 0;
    for (int left = runs; left > 0; --left) {
      if (failures + left < wanted) return false;
      if (std::chrono::steady_clock::now() >= options_.until) {
        out_of_time_ = true;
        return false;
      }
      ++runs_;
      if (fails_once_(plan) && ++failures == wanted) return true;
    }
    return false;
  }

  bool Take(const Faults& faults) {
    if (!Fails(faults)) return false;
    smallest_.faults = faults;
    return true;
  }

  // One of `parts` about equal parts, or all but it.
  Faults Part(std::size_t part, std::size_t parts, bool complement) const {
    const Faults& all = smallest_.faults;
    Faults chosen;
    for (std::size_t i = 0; i < all.size(); ++i) {
      const bool inside = i * parts / all.size() == part;
      if (inside != complement) chosen.push_back(all[i]);
    }
    return chosen;
  }

  bool TakeAnyPart(std::size_t parts, bool complement) {
    for (std::size_t part = 0; part < parts && !out_of_time_; ++part) {
      if (Take(Part(part, parts, complement))) return true;
    }
    return false;
  }

  void RemoveFaults() {
    std::size_t parts = 2;
    while (smallest_.faults.size() >= 2 && !out_of_time_) {
      const std::size_t before = smallest_.faults.size();
      if (TakeAnyPart(parts, false)) {
        parts = 2;
      } else if (parts > 2 && TakeAnyPart(parts, true)) {
        parts = std::max<std::size_t>(parts - 1, 2);
      } else if (parts >= before) {
        return;
      } else {
        parts = 2 * parts;
      }
      parts = std::min(parts, smallest_.faults.size());
    }
  }

  void ShortenFaults() {
    for (std::size_t i = 0; i < smallest_.faults.size(); ++i) {
      while (!out_of_time_) {
        Faults shorter = smallest_.faults;
        milliseconds& duration = shorter[i].duration;
        if (duration / 2 < options_.shortest) break;
        duration /= 2;
        if (!Take(shorter)) break;
      }
    }
  }

  FaultPlan smallest_;
  const std::function<bool(const FaultPlan&)>& fails_once_;
  const ShrinkOptions options_;
  std::map<std::string, bool> tried_;
  bool out_of_time_ = false;
  int runs_ = 0;
};

}  // namespace

Repetition ParseRepetition(const std::string& text) {
  Repetition repetition;
  const char* const end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, repetition.failures);
  const bool slash =
      first.ec == std::errc() && first.ptr != end && *first.ptr == '/';
  const auto second =
      slash ? std::from_chars(first.ptr + 1, end, repetition.runs) : first;
  if (!slash || second.ec != std::errc() || second.ptr != end ||
      repetition.failures < 1 || repetition.failures > repetition.runs) {
    throw UsageError(fmt::format(
        "\"{}\" is no repetition such as 2/3 (2 of 3 runs fail)", text));
  }
  return repetition;
}

std::string ToText(const Repetition& repetition) {
  return fmt::format("{}/{}", repetition.failures, repetition.runs);
}

ShrunkPlan ShrinkPlan(const FaultPlan& failing,
                      const std::function<bool(const FaultPlan&)>& fails_once,
                      const ShrinkOptions& options) {
  return Shrinker(failing, fails_once, options).Shrink();
}

}  // namespace faultline
