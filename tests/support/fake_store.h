#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "faultline/base/error.h"
#include "faultline/service/replicated_store.h"

namespace faultline {

// A store without machines: `nodes` members named node1, node2, ... whose
// status is what `status` says (by default: no answer). Everything else throws.
class FakeStore : public ReplicatedStore {
 public:
  explicit FakeStore(int nodes) {
    for (int index = 1; index <= nodes; ++index) {
      const std::string number = std::to_string(index);
      nodes_.push_back(std::make_unique<Node>(
          NodeIdentity{.name = "node" + number,
                       .index = index,
                       .data_address = "192.0.2." + number},
          nullptr, nullptr));
    }
  }

  std::function<MemberStatus(Node&, Deadline)> status =
      [](Node& node, Deadline) -> MemberStatus {
    throw CommandError(node.name() + ": no answer");
  };

  // False: all have been removed.
  std::atomic<bool> has_nodes = true;

  Node& node(int index) { return *nodes_.at(index - 1); }

  std::string name() const override { return "fake"; }
  std::vector<std::pair<std::string, std::string>> settings() const override {
    return {};
  }
  std::string configuration() const override { return "fake"; }
  Capabilities capabilities() const override {
    return {capability::kLeader, capability::kCommitLog};
  }
  std::vector<std::string> units(const Node&) const override {
    return {"fake.service"};
  }
  Duration shortest_election_timeout() const override {
    return std::chrono::milliseconds(500);
  }
  Duration election_timeout() const override { return std::chrono::seconds(1); }
  Duration ElectionBound() const override { return election_bound; }
  Duration election_bound = std::chrono::seconds(4);
  void Form(const std::vector<Node*>&, Deadline) override { Refuse("Form"); }
  void Attach(const std::vector<Node*>&, Deadline) override {
    Refuse("Attach");
  }
  void Start(Node&, Deadline) override { Refuse("Start"); }
  void Kill(Node&, Deadline) override { Refuse("Kill"); }
  std::unique_ptr<StoreClient> Connect(Node&) override { Refuse("Connect"); }
  MemberStatus Status(Node& node, Deadline deadline) override {
    return status(node, deadline);
  }
  CommitLog ReadCommitLog(Node&, Deadline) override { Refuse("ReadCommitLog"); }
  std::vector<Node*> nodes() const override {
    std::vector<Node*> nodes;
    if (!has_nodes) return nodes;
    nodes.reserve(nodes_.size());
    for (const auto& node : nodes_) nodes.push_back(node.get());
    return nodes;
  }
  Cluster& cluster() override { Refuse("cluster"); }

 private:
  [[noreturn]] static void Refuse(const std::string& method) {
    throw UsageError("FakeStore has no " + method);
  }

  std::vector<std::unique_ptr<Node>> nodes_;
};

}  // namespace faultline
