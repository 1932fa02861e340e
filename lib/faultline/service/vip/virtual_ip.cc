#include "faultline/service/vip/virtual_ip.h"

#include <fmt/format.h>

#include <functional>
#include <optional>

#include "faultline/base/eventually.h"

namespace faultline {
namespace {

using std::chrono_literals::operator""s;

// A node that is frozen must not hold up whoever asks all.
constexpr auto kOneLook = 2s;

std::string Names(const std::vector<Node*>& nodes) {
  std::string names;
  for (const Node* node : nodes)
    names += (names.empty() ? "" : ", ") + node->name();
  return names.empty() ? "nobody" : names;
}

}  // namespace

std::vector<Node*> VirtualIp::Holders(Deadline deadline) {
  std::vector<Node*> holders;
  for (Node* node : nodes()) {
    if (!node->Running()) continue;
    try {
      if (Holds(*node, deadline.Capped(Scaled(kOneLook))))
        holders.push_back(node);
    } catch (const Error&) {
      // It says nothing.
    }
  }
  return holders;
}

Node& VirtualIp::WaitForHolderThat(
    const std::string& what, Deadline deadline,
    const std::function<bool(const Node&)>& fits) {
  return *Eventually(deadline, what,
                     [&](LastSeen& seen) -> std::optional<Node*> {
                       const std::vector<Node*> holders = Holders(deadline);
                       seen.Set(Names(holders));
                       if (holders.size() != 1 || !fits(*holders.front()))
                         return std::nullopt;
                       return holders.front();
                     });
}

Node& VirtualIp::WaitForHolder(Deadline deadline) {
  return WaitForHolderThat(fmt::format("one node to hold {}", address()),
                           deadline, [](const Node&) { return true; });
}

Node& VirtualIp::WaitForHolderOtherThan(const Node& node, Deadline deadline) {
  return WaitForHolderThat(
      fmt::format("one node, not {}, to hold {}", node.name(), address()),
      deadline, [&](const Node& holder) { return &holder != &node; });
}

}  // namespace faultline
