#pragma once

#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "faultline/service/ovsdb/ovsdb.h"
#include "faultline/service/ovsdb/ovsdb_control.h"
#include "faultline/service/ovsdb/ovsdb_watch.h"

namespace faultline::internal {

// What MakeOvsdbStore makes.
class OvsdbStore : public ReplicatedStore,
                   private StoreWatch,
                   private MembershipControl {
 public:
  OvsdbStore(Cluster &cluster, const OvsdbOptions &options);

  std::string name() const override;
  std::vector<std::pair<std::string, std::string>> settings() const override;
  std::string configuration() const override;
  Capabilities capabilities() const override { return OvsdbCapabilities(); }
  std::vector<std::string> units(const Node &node) const override;
  Duration shortest_election_timeout() const override {
    return options_.election_timer;
  }
  Duration election_timeout() const override;

  void Form(const std::vector<Node *> &nodes, Deadline deadline) override;
  void Attach(const std::vector<Node *> &nodes, Deadline deadline) override;

  void Start(Node &node, Deadline deadline) override;

  std::unique_ptr<StoreClient> Connect(Node &node) override;
  // The revision is the last one that the member showed: while it holds an
  // entry that is not committed, it answers no reads.
  MemberStatus Status(Node &node, Deadline deadline) override;
  MembershipControl *membership() override { return this; }
  std::vector<Member> Members(Node &through, Deadline deadline) override;
  std::vector<Member> CommittedMembers(Deadline deadline) override;
  void Join(Node &node, Node &through, Deadline deadline) override;
  void RemoveMember(const std::string &id, Node &through,
                    Deadline deadline) override;
  // What the member's log file holds, up to what it has applied.
  CommitLog ReadCommitLog(Node &node, Deadline deadline) override;
  std::optional<PersistedState> persisted() const override;
  std::vector<KnownBug> known_bugs() const override {
    return OvsdbKnownBugs(name());
  }
  StoreWatch *watch() override { return this; }
  std::unique_ptr<WatchStream> Open(Node &through, const WatchRequest &request,
                                    std::int64_t from,
                                    Deadline deadline) override;

  std::vector<Node *> nodes() const override;
  Cluster &cluster() override { return cluster_; }

 private:
  OvsdbClusterStatus ClusterStatus(Node &node, Deadline deadline) const;
  // False also of a member that does not answer in time.
  bool Serves(Node &node, Deadline deadline) const;
  std::int64_t RevisionShownBy(Node &node, Deadline deadline);
  void StartMember(Node &node, const std::vector<std::string> &remotes,
                   Deadline deadline);
  void WaitUntilMembers(const std::vector<Node *> &nodes, Deadline deadline);
  std::string NodeAt(const std::string &peer_address) const;

  Cluster &cluster_;
  const OvsdbOptions options_;
  const std::shared_ptr<OvsdbMonitorPoints> points_ =
      std::make_shared<OvsdbMonitorPoints>();
  mutable std::mutex mutex_;
  std::vector<Node *> nodes_;
  std::map<const Node *, std::int64_t> revisions_;
};

}  // namespace faultline::internal
