#include "faultline/service/leader_draw.h"

#include "faultline/base/random.h"

namespace faultline {
namespace {

constexpr std::uint64_t kStream = 0x1ead;
constexpr int kMostHandOvers = 2;

}  // namespace

std::vector<std::string> DrawLeader(ReplicatedStore& store, std::uint64_t seed,
                                    Deadline deadline) {
  internal::RandomStream random(seed, kStream);
  std::vector<std::string> leaders;
  for (int left = random.Below(kMostHandOvers + 1); left > 0; --left) {
    std::vector<Node*> others = store.nodes();
    std::erase(others, &store.WaitForLeader(deadline));
    if (others.empty()) break;
    Node& next = *others[random.Below(static_cast<int>(others.size()))];
    if (!store.HandOver(next, deadline)) break;
    leaders.push_back(next.name());
  }
  return leaders;
}

}  // namespace faultline
