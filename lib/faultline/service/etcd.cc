#include "faultline/service/etcd.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <future>
#include <tuple>

#include "faultline/base/eventually.h"
#include "faultline/persisted/etcd_wal.h"
#include "faultline/service/etcd_node_client.h"
#include "faultline/service/etcd_store.h"
#include "faultline/service/etcd_unit.h"
#include "faultline/service/etcd_watch.h"
#include "faultline/service/service_unit.h"

namespace faultline {
namespace internal {
namespace {

std::string PeerUrl(const Node& node) {
  return fmt::format("http://{}:{}", node.data_address(), kEtcdPeerPort);
}

std::string ClientAddress(const Node& node) {
  return fmt::format("127.0.0.1:{}", node.HostPort(kEtcdClientPort));
}

std::string AddressOfRunning(const Node& node) {
  try {
    return ClientAddress(node);
  } catch (const Error& error) {
    throw CommandError(
        fmt::format("{}: etcd: no way to it: {}", node.name(), error.what()));
  }
}

// Status is asked often, of members that may be frozen.
Deadline OneAnswer(Deadline deadline) {
  return deadline.Capped(Scaled(std::chrono::seconds(2)));
}

// How long a first start may take before anybody asks whether it failed.
Duration StartupTimeout() { return Scaled(std::chrono::seconds(2)); }

// Runs `action` on all nodes at once; the first exception comes out when all
// have ended.
template <typename Action>
void OnAll(const std::vector<Node*>& nodes, Action action) {
  std::vector<std::future<void>> ends;
  ends.reserve(nodes.size());
  for (Node* node : nodes) {
    ends.push_back(
        std::async(std::launch::async, [&action, node] { action(*node); }));
  }
  for (std::future<void>& end : ends) end.wait();
  for (std::future<void>& end : ends) end.get();
}

}  // namespace

EtcdStore::EtcdStore(Cluster& cluster, const EtcdOptions& options)
    : cluster_(cluster),
      options_(
          WithElectionSettings(options, cluster.accelerator().time_scale)) {}

std::string EtcdStore::name() const {
  return NameWithVersion(cluster_, "etcd");
}

std::vector<std::pair<std::string, std::string>> EtcdStore::settings() const {
  return {{"heartbeat interval", ToText(options_.heartbeat)},
          {"election timeout", ToText(options_.election)},
          {"pre-vote", options_.pre_vote ? "on" : "off"},
          {"fsync", options_.unsafe_no_fsync ? "off" : "on"}};
}

// The file that a member would be given, so that no option is left out.
std::string EtcdStore::configuration() const {
  return name() + "\n" + EtcdConfigText(EtcdMemberConfig{}, options_);
}

std::vector<std::string> EtcdStore::units(const Node&) const {
  return {kEtcdUnit};
}

// Each member waits between once and twice the setting, at random.
Duration EtcdStore::election_timeout() const { return 2 * options_.election; }

void EtcdStore::Form(const std::vector<Node*>& nodes, Deadline deadline) {
  if (!this->nodes().empty()) {
    throw UsageError("etcd: this store has been formed already");
  }
  if (nodes.empty()) throw UsageError("etcd: no nodes to form a cluster of");
  EtcdInitialCluster initial_cluster;
  for (const Node* node : nodes) {
    initial_cluster.emplace_back(node->name(), PeerUrl(*node));
  }
  StartOneAheadOfOthers(nodes, initial_cluster, deadline);
  Attach(nodes, deadline);
}

// A new member first asks each of the others whether it has been one before,
// and waits a second for an answer from whoever listens but does not serve yet:
// all of them for all, if they start together. One that is ahead finds nobody
// listening, and serves when the others ask. If it is late, that is only slow.
// The others get ready beside it, up to where they read their configuration.
void EtcdStore::StartOneAheadOfOthers(const std::vector<Node*>& nodes,
                                      const EtcdInitialCluster& initial_cluster,
                                      Deadline deadline) {
  Node& ahead = *nodes.front();
  const std::vector<Node*> others(nodes.begin() + 1, nodes.end());
  OnAll(nodes, [&](Node& node) {
    const auto configure =
        &node == &ahead ? ConfigureEtcdUnit : ConfigureEtcdUnitBehindGate;
    configure(node, ConfigOf(node, initial_cluster, false), deadline);
    StartNewEtcdUnit(node, deadline);
  });
  if (others.empty()) return;
  WaitForEtcdToAskOthers(ahead, StartupTimeout(), deadline);
  OnAll(others, [&](Node& node) { OpenGate(node, deadline); });
}

void EtcdStore::OpenGate(Node& node, Deadline deadline) {
  Eventually(deadline, node.name() + ": etcd reads its configuration", [&] {
    if (OpenGateOfEtcdUnit(node, StartupTimeout(), deadline)) return true;
    ThrowIfEnded(node, deadline);
    return false;
  });
}

void EtcdStore::Attach(const std::vector<Node*>& nodes, Deadline deadline) {
  WaitUntilAllAnswer(nodes, deadline);
  {
    const std::lock_guard lock(mutex_);
    nodes_ = nodes;
  }
  WaitForLeader(deadline);
}

std::string EtcdStore::ConfigOf(const Node& node,
                                const EtcdInitialCluster& initial_cluster,
                                bool existing) const {
  const EtcdMemberConfig member{
      .name = node.name(),
      .data_directory = kEtcdDataDirectory,
      .peer_url = PeerUrl(node),
      .client_listen_url = fmt::format("http://0.0.0.0:{}", kEtcdClientPort),
      .client_advertise_url =
          fmt::format("http://{}:{}", node.data_address(), kEtcdClientPort),
      .initial_cluster = initial_cluster,
      .existing = existing};
  return EtcdConfigText(member, options_);
}

void EtcdStore::ThrowIfEnded(Node& node, Deadline deadline) {
  if (UnitState(node, kEtcdUnit, deadline) != "failed") return;
  throw Error(fmt::format("{}: etcd ended at its first start: {}", node.name(),
                          UnitJournalTail(node, kEtcdUnit, deadline)));
}

// A first start has no reason to fail, so a failed unit ends the wait early.
// Asking systemd costs the guest as much as a good part of that start, so it is
// asked rarely.
void EtcdStore::WaitUntilAllAnswer(const std::vector<Node*>& nodes,
                                   Deadline deadline) {
  OnAll(nodes, [&](Node& node) {
    Deadline next_look = Deadline::After(StartupTimeout());
    Eventually(deadline, node.name() + ": etcd answers", [&] {
      try {
        Status(node, deadline);
      } catch (const CommandError&) {
        if (!next_look.Expired()) throw;
        next_look = Deadline::After(StartupTimeout());
        ThrowIfEnded(node, deadline);
        throw;
      }
      return true;
    });
  });
}

std::unique_ptr<StoreClient> EtcdStore::Connect(Node& node) {
  return std::make_unique<EtcdNodeClient>(
      [&node] { return ClientAddress(node); });
}

std::shared_ptr<EtcdAdmin> EtcdStore::Admin(Node& node) {
  const std::string address = AddressOfRunning(node);
  const std::lock_guard lock(mutex_);
  Connection& connection = connections_[&node];
  if (!connection.admin || connection.address != address) {
    connection = {
        .address = address,
        .admin = std::make_shared<EtcdAdmin>(node.name(), address, names_)};
  }
  return connection.admin;
}

MemberStatus EtcdStore::Status(Node& node, Deadline deadline) {
  return Admin(node)->Status(OneAnswer(deadline));
}

std::vector<Member> EtcdStore::Members(Node& through, Deadline deadline) {
  std::vector<Member> members;
  for (const EtcdPeer& peer : Admin(through)->Peers(deadline)) {
    members.push_back({.id = EtcdMemberId(peer.id),
                       .node = peer.name,
                       .is_learner = peer.is_learner});
  }
  return members;
}

// The read ends once its member has applied what it could miss on its list.
std::vector<Member> EtcdStore::CommittedMembers(Deadline deadline) {
  return Eventually(deadline,
                    "the member list of a leader that has applied all",
                    [&](LastSeen& seen) -> std::optional<std::vector<Member>> {
                      Node& leader = WaitForLeader(deadline);
                      const StoreReply read = Connect(leader)->Get(
                          "any", ReadMode::kLinearizable, OneAnswer(deadline));
                      seen.Set(leader.name() + ": " + read.error);
                      if (read.outcome != Outcome::kOk) return std::nullopt;
                      return Members(leader, OneAnswer(deadline));
                    });
}

// A newcomer ends itself if the member that it asks has not applied its
// addition yet: that start has to be repeated.
MemberStatus EtcdStore::StatusOrRestart(Node& node, Deadline deadline) {
  try {
    return Status(node, deadline);
  } catch (const CommandError&) {
    if (UnitState(node, kEtcdUnit, deadline) != "failed") throw;
    const std::string journal = UnitJournalTail(node, kEtcdUnit, deadline);
    Start(node, deadline);
    throw CommandError(fmt::format("{}: etcd ended and was started again: {}",
                                   node.name(), journal));
  }
}

void EtcdStore::Join(Node& node, Node& through, Deadline deadline) {
  const EtcdNewcomer newcomer{
      .name = node.name(),
      .peer_url = PeerUrl(node),
      .start =
          [&](const EtcdInitialCluster& initial_cluster, Deadline by) {
            ConfigureEtcdUnit(node, ConfigOf(node, initial_cluster, true), by);
            StartNewEtcdUnit(node, by);
          },
      .status = [&](Deadline by) { return StatusOrRestart(node, by); }};
  JoinAsLearner(newcomer, *Admin(through), deadline);
  const std::lock_guard lock(mutex_);
  if (std::ranges::count(nodes_, &node) == 0) nodes_.push_back(&node);
}

void EtcdStore::RemoveMember(const std::string& member, Node& through,
                             Deadline deadline) {
  const std::uint64_t id = ParseEtcdMemberId(member);
  const std::shared_ptr<EtcdAdmin> admin = Admin(through);
  admin->Peers(OneAnswer(deadline));
  RemoveEtcdMember(id, *admin, deadline);
  const std::string removed = names_->Find(id);
  const std::lock_guard lock(mutex_);
  std::erase_if(nodes_, [&](Node* node) { return node->name() == removed; });
}

// Asked again if it came to nothing: a transfer ends with the election timeout.
void EtcdStore::TransferLeadership(Node& to, Deadline deadline) {
  Eventually(deadline, to.name() + ": leads", [&](LastSeen& seen) {
    Node& leader = WaitForLeader(deadline);
    seen.Set(leader.name() + " leads");
    if (&leader == &to) return true;
    for (const Member& member : Members(leader, OneAnswer(deadline))) {
      if (member.node == to.name())
        Admin(leader)->MoveLeader(ParseEtcdMemberId(member.id),
                                  OneAnswer(deadline));
    }
    return &WaitForLeader(deadline) == &to;
  });
}

CommitLog EtcdStore::ReadCommitLog(Node& node, Deadline deadline) {
  CommitLog log{.node = node.name(), .commits = {}};
  std::int64_t from = 1;
  {
    const std::lock_guard lock(mutex_);
    from = compacted_ + 1;
    const auto known = before_compaction_.find(&node);
    if (known != before_compaction_.end()) log = known->second;
  }
  const CommitLog rest = Admin(node)->ReadCommitLog(deadline, from);
  log.commits.insert(log.commits.end(), rest.commits.begin(),
                     rest.commits.end());
  return log;
}

void EtcdStore::Compact(std::int64_t revision, Deadline deadline) {
  std::map<const Node*, CommitLog> before;
  for (Node* node : nodes()) {
    CommitLog log = ReadCommitLog(*node, deadline);
    if (log.commits.empty() || log.commits.back().revision < revision) {
      throw CommandError(fmt::format("{}: etcd: compact: it has not reached {}",
                                     node->name(), revision));
    }
    std::erase_if(log.commits, [&](const Commit& commit) {
      return commit.revision > revision;
    });
    before[node] = std::move(log);
  }
  {
    const std::lock_guard lock(mutex_);
    compacted_ = revision;
    before_compaction_ = std::move(before);
  }
  Admin(WaitForLeader(deadline))->Compact(revision, deadline);
}

std::optional<PersistedState> EtcdStore::persisted() const {
  return PersistedState{.paths = {"etcd/data/member"},
                        .read = [](const std::string& node,
                                   const std::filesystem::path& directory) {
                          return ReadEtcdMember(node, directory / "member");
                        }};
}

std::unique_ptr<WatchStream> EtcdStore::Open(Node& through,
                                             const WatchRequest& request,
                                             std::int64_t from,
                                             Deadline deadline) {
  return OpenEtcdWatch(through.name(), AddressOfRunning(through), request, from,
                       deadline);
}

std::vector<Node*> EtcdStore::nodes() const {
  const std::lock_guard lock(mutex_);
  return nodes_;
}

}  // namespace internal

Capabilities EtcdCapabilities() {
  return {capability::kLeader,       capability::kLeadershipTransfer,
          capability::kMembership,   capability::kWatch,
          capability::kTransactions, capability::kCompareAndSet,
          capability::kLocalReads,   capability::kCommitLog,
          capability::kWatchHistory};
}

std::vector<KnownBug> EtcdKnownBugs(const std::string& name) {
  int major = 0;
  int minor = 0;
  int patch = 0;
  if (std::sscanf(name.c_str(), "etcd %d.%d.%d", &major, &minor, &patch) != 3)
    return {};
  const std::tuple version(major, minor, patch);
  const bool mended = version >= std::tuple(3, 5, 16) ||
                      (minor == 4 && version >= std::tuple(3, 4, 34));
  if (mended) return {};
  return {{known_bug::kCompactionDropsTombstone,
           "etcd before 3.4.34 and 3.5.16 (issue 18089): a watch from the "
           "revision of a compaction is not told that this revision deleted "
           "its key"}};
}

std::unique_ptr<ReplicatedStore> MakeEtcdStore(Cluster& cluster,
                                               const EtcdOptions& options) {
  return std::make_unique<internal::EtcdStore>(cluster, options);
}

}  // namespace faultline
