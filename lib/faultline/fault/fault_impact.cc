#include "faultline/fault/fault_impact.h"

#include <algorithm>
#include <cstddef>
#include <map>

namespace faultline {
namespace {

// Looks for a set of nodes that all hear each other.
class MajoritySearch {
 public:
  MajoritySearch(const FaultImpact& impact,
                 const std::vector<std::string>& nodes)
      : impact_(impact), majority_(nodes.size() / 2 + 1) {
    for (const std::string& node : nodes) {
      if (!impact.down.contains(node)) serving_.push_back(node);
    }
  }

  bool Exists() { return Extend(0); }

 private:
  bool Extend(std::size_t next) {
    if (chosen_.size() >= majority_) return true;
    if (chosen_.size() + serving_.size() - next < majority_) return false;
    const std::string& node = serving_[next];
    if (HearsAllChosen(node)) {
      chosen_.push_back(node);
      if (Extend(next + 1)) return true;
      chosen_.pop_back();
    }
    return Extend(next + 1);
  }

  bool HearsAllChosen(const std::string& node) const {
    return std::ranges::none_of(chosen_, [&](const std::string& other) {
      return impact_.cuts.contains({node, other}) ||
             impact_.cuts.contains({other, node});
    });
  }

  const FaultImpact& impact_;
  const std::size_t majority_;
  std::vector<std::string> serving_;
  std::vector<std::string> chosen_;
};

}  // namespace

void FaultImpact::Add(const FaultImpact& other) {
  affected.insert(other.affected.begin(), other.affected.end());
  down.insert(other.down.begin(), other.down.end());
  cuts.insert(other.cuts.begin(), other.cuts.end());
}

std::set<std::pair<std::string, std::string>> CutsBetween(
    const std::vector<std::vector<std::string>>& groups,
    const std::vector<std::string>& nodes) {
  std::map<std::string, std::size_t> group_of;
  for (std::size_t i = 0; i < groups.size(); ++i) {
    for (const std::string& node : groups[i]) group_of[node] = i + 1;
  }
  std::set<std::pair<std::string, std::string>> cuts;
  for (const std::string& from : nodes) {
    for (const std::string& to : nodes) {
      if (group_of[from] != group_of[to]) cuts.emplace(from, to);
    }
  }
  return cuts;
}

bool LeavesAMajority(const FaultImpact& impact,
                     const std::vector<std::string>& nodes) {
  return MajoritySearch(impact, nodes).Exists();
}

}  // namespace faultline
