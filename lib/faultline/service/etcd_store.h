#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "faultline/service/etcd.h"
#include "faultline/service/etcd_admin.h"
#include "faultline/service/etcd_join.h"

namespace faultline::internal {

// What MakeEtcdStore makes.
class EtcdStore : public ReplicatedStore,
                  private StoreWatch,
                  private MembershipControl {
 public:
  EtcdStore(Cluster& cluster, const EtcdOptions& options);

  std::string name() const override;
  std::vector<std::pair<std::string, std::string>> settings() const override;
  std::string configuration() const override;
  Capabilities capabilities() const override { return EtcdCapabilities(); }
  std::vector<std::string> units(const Node& node) const override;
  Duration shortest_election_timeout() const override {
    return options_.election;
  }
  Duration election_timeout() const override;

  void Form(const std::vector<Node*>& nodes, Deadline deadline) override;
  void Attach(const std::vector<Node*>& nodes, Deadline deadline) override;

  std::unique_ptr<StoreClient> Connect(Node& node) override;
  MemberStatus Status(Node& node, Deadline deadline) override;
  MembershipControl* membership() override { return this; }
  std::vector<Member> Members(Node& through, Deadline deadline) override;
  std::vector<Member> CommittedMembers(Deadline deadline) override;
  void Join(Node& node, Node& through, Deadline deadline) override;
  void RemoveMember(const std::string& id, Node& through,
                    Deadline deadline) override;
  void TransferLeadership(Node& to, Deadline deadline) override;
  CommitLog ReadCommitLog(Node& node, Deadline deadline) override;
  void Compact(std::int64_t revision, Deadline deadline) override;
  std::optional<PersistedState> persisted() const override;
  std::vector<KnownBug> known_bugs() const override {
    return EtcdKnownBugs(name());
  }
  StoreWatch* watch() override { return this; }
  std::unique_ptr<WatchStream> Open(Node& through, const WatchRequest& request,
                                    std::int64_t from,
                                    Deadline deadline) override;

  std::vector<Node*> nodes() const override;
  Cluster& cluster() override { return cluster_; }

 private:
  // A connection is good for as long as the node keeps its port.
  struct Connection {
    std::string address;
    std::shared_ptr<EtcdAdmin> admin;
  };

  std::shared_ptr<EtcdAdmin> Admin(Node& node);
  void StartOneAheadOfOthers(const std::vector<Node*>& nodes,
                             const EtcdInitialCluster& initial_cluster,
                             Deadline deadline);
  static void OpenGate(Node& node, Deadline deadline);
  static void ThrowIfEnded(Node& node, Deadline deadline);
  std::string ConfigOf(const Node& node,
                       const EtcdInitialCluster& initial_cluster,
                       bool existing) const;
  MemberStatus StatusOrRestart(Node& node, Deadline deadline);
  void WaitUntilAllAnswer(const std::vector<Node*>& nodes, Deadline deadline);

  Cluster& cluster_;
  const EtcdOptions options_;
  const std::shared_ptr<EtcdMemberNames> names_ =
      std::make_shared<EtcdMemberNames>();
  mutable std::mutex mutex_;
  std::vector<Node*> nodes_;
  std::map<const Node*, Connection> connections_;
  // What each member showed up to the revision of the last compaction.
  std::int64_t compacted_ = 0;
  std::map<const Node*, CommitLog> before_compaction_;
};

}  // namespace faultline::internal
