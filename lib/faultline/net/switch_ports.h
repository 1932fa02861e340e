#pragma once

#include <string>

namespace faultline {

// Who is on which port of the switch: nodes by their 1-based index, and the
// tester (DataLeg) as node 0. The ends of cables are on others (Cable).
inline constexpr int kTesterNode = 0;
inline constexpr int kTesterPort = 120;

constexpr int OwnPort(int node) {
  return node == kTesterNode ? kTesterPort : node;
}

// "node2", "tester"
inline std::string NodeName(int node) {
  return node == kTesterNode ? "tester" : "node" + std::to_string(node);
}

}  // namespace faultline
