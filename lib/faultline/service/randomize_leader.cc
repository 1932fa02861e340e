#include "faultline/service/randomize_leader.h"

#include "faultline/base/random.h"

namespace faultline {
namespace {

constexpr std::uint64_t kStream = 0x1ead;
constexpr int kMostTransfers = 2;

}  // namespace

std::vector<std::string> RandomizeLeader(ManagedService& service,
                                         std::uint64_t seed,
                                         Deadline deadline) {
  if (!service.capabilities().contains(capability::kLeadershipTransfer))
    return {};
  LeadershipControl& leadership = *service.leadership();
  internal::RandomStream random(seed, kStream);
  std::vector<std::string> leaders;
  for (int left = random.Below(kMostTransfers + 1); left > 0; --left) {
    std::vector<Node*> others = service.nodes();
    std::erase(others, &leadership.WaitForLeader(deadline));
    if (others.empty()) break;
    Node& next = *others[random.Below(static_cast<int>(others.size()))];
    leadership.TransferLeadership(next, deadline);
    leaders.push_back(next.name());
  }
  return leaders;
}

}  // namespace faultline
