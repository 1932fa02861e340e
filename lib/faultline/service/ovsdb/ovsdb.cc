#include "faultline/service/ovsdb/ovsdb.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <future>

#include "faultline/base/eventually.h"
#include "faultline/persisted/ovsdb_log.h"
#include "faultline/service/ovsdb/ovsdb_client.h"
#include "faultline/service/ovsdb/ovsdb_schema.h"
#include "faultline/service/ovsdb/ovsdb_store.h"
#include "faultline/service/service_unit.h"

namespace faultline {
namespace internal {
namespace {

std::string PeerAddress(const Node &node) {
  return fmt::format("tcp:{}:{}", node.data_address(), kOvsdbPeerPort);
}

std::string HostAddress(const Node &node, int port) {
  return fmt::format("127.0.0.1:{}", node.HostPort(port));
}

std::string AddressOfRunning(const Node &node, int port) {
  try {
    return HostAddress(node, port);
  } catch (const Error &error) {
    throw CommandError(
        fmt::format("{}: ovsdb: no way to it: {}", node.name(), error.what()));
  }
}

// Status is asked often, of members that may be frozen.
Deadline OneAnswer(Deadline deadline) {
  return deadline.Capped(Scaled(std::chrono::seconds(2)));
}

// How long a first start may take before anybody asks whether it failed.
Duration StartupTimeout() { return Scaled(std::chrono::seconds(2)); }

void ThrowIfEnded(Node &node, Deadline deadline) {
  if (UnitState(node, kOvsdbUnit, deadline) != "failed") return;
  throw Error(fmt::format("{}: ovsdb ended at its first start: {}", node.name(),
                          UnitJournalTail(node, kOvsdbUnit, deadline)));
}

bool HasFailed(const OvsdbClusterStatus &status) {
  return status.status == "failed";
}

OvsdbControl ControlOf(Node &node) {
  return {node.name(), AddressOfRunning(node, kOvsdbControlPort),
          kOvsdbDatabase};
}

}  // namespace

OvsdbStore::OvsdbStore(Cluster &cluster, const OvsdbOptions &options)
    : cluster_(cluster),
      options_(WithElectionTimer(options, cluster.accelerator().time_scale)) {}

std::string OvsdbStore::name() const {
  return NameWithVersion(cluster_, "ovsdb");
}

std::vector<std::pair<std::string, std::string>> OvsdbStore::settings() const {
  return {{"election timer", ToText(options_.election_timer)}};
}

std::string OvsdbStore::configuration() const {
  return name() + "\n" + OvsdbMemberText("", {}, options_);
}

std::vector<std::string> OvsdbStore::units(const Node &) const {
  return {kOvsdbUnit};
}

// Each member waits for the timer and up to a second more, at random.
Duration OvsdbStore::election_timeout() const {
  return options_.election_timer + std::chrono::seconds(1);
}

// The others ask the first until it takes them.
void OvsdbStore::Form(const std::vector<Node *> &nodes, Deadline deadline) {
  if (!this->nodes().empty()) {
    throw UsageError("ovsdb: this store has been formed already");
  }
  std::vector<std::future<void>> starts;
  for (Node *node : nodes) {
    std::vector<std::string> remotes;
    if (node != nodes.front()) remotes.push_back(PeerAddress(*nodes.front()));
    starts.push_back(std::async(std::launch::async, [=, this] {
      StartMember(*node, remotes, deadline);
    }));
  }
  for (std::future<void> &start : starts) start.wait();
  for (std::future<void> &start : starts) start.get();
  Attach(nodes, deadline);
}

void OvsdbStore::StartMember(Node &node,
                             const std::vector<std::string> &remotes,
                             Deadline deadline) {
  try {
    const auto agent = node.machine().agent();
    agent->RenewState(kOvsdbUnit, kOvsdbMemberFile,
                      OvsdbMemberText(PeerAddress(node), remotes, options_),
                      deadline);
    agent->StartUnit(kOvsdbUnit, deadline);
  } catch (const MachineError &error) {
    throw CommandError(error.what());
  }
}

void OvsdbStore::Attach(const std::vector<Node *> &nodes, Deadline deadline) {
  WaitUntilMembers(nodes, deadline);
  {
    const std::lock_guard lock(mutex_);
    nodes_ = nodes;
  }
  WaitForLeader(deadline);
}

void OvsdbStore::WaitUntilMembers(const std::vector<Node *> &nodes,
                                  Deadline deadline) {
  for (Node *node : nodes) {
    Deadline next_look = Deadline::After(StartupTimeout());
    Eventually(deadline, node->name() + ": ovsdb is a member",
               [&](LastSeen &seen) {
                 try {
                   const auto status = ClusterStatus(*node, deadline);
                   seen.Set(status.status);
                   return status.IsMember() && status.FindLeader() != nullptr;
                 } catch (const CommandError &) {
                   if (!next_look.Expired()) throw;
                   next_look = Deadline::After(StartupTimeout());
                   ThrowIfEnded(*node, deadline);
                   throw;
                 }
               });
  }
}

std::unique_ptr<StoreClient> OvsdbStore::Connect(Node &node) {
  return std::make_unique<OvsdbClient>(
      node.name(), [&node] { return HostAddress(node, kOvsdbClientPort); });
}

OvsdbClusterStatus OvsdbStore::ClusterStatus(Node &node,
                                             Deadline deadline) const {
  OvsdbClusterStatus status = ControlOf(node).Status(OneAnswer(deadline));
  if (HasFailed(status)) {
    throw CommandError(node.name() +
                       ": ovsdb: its log could not be written, and it serves "
                       "nobody until it is started again");
  }
  return status;
}

// After an error of its disk a member goes on running and refuses everything,
// or no longer answers: it takes an operator's restart.
void OvsdbStore::Start(Node &node, Deadline deadline) {
  if (UnitState(node, kOvsdbUnit, deadline) == "active" &&
      !Serves(node, deadline))
    Kill(node, deadline);
  ReplicatedStore::Start(node, deadline);
}

bool OvsdbStore::Serves(Node &node, Deadline deadline) const {
  const Deadline answer = OneAnswer(deadline);
  try {
    return Eventually(answer,
                      node.name() + ": ovsdb tells whether it has failed",
                      [&]() -> std::optional<bool> {
                        return !HasFailed(ControlOf(node).Status(answer));
                      });
  } catch (const TimeoutError &) {
    return false;
  }
}

std::string OvsdbStore::NodeAt(const std::string &peer_address) const {
  for (const Node *node : cluster_.nodes()) {
    if (PeerAddress(*node) == peer_address) return node->name();
  }
  return "";
}

std::int64_t OvsdbStore::RevisionShownBy(Node &node, Deadline deadline) {
  OvsdbClient client(node.name(),
                     [&node] { return HostAddress(node, kOvsdbClientPort); });
  const StoreReply reply = client.LocalRevision(
      deadline.Capped(Scaled(std::chrono::milliseconds(300))));
  const std::lock_guard lock(mutex_);
  if (reply.outcome == Outcome::kOk) revisions_[&node] = reply.revision;
  return revisions_[&node];
}

MemberStatus OvsdbStore::Status(Node &node, Deadline deadline) {
  const OvsdbClusterStatus status = ClusterStatus(node, deadline);
  const OvsdbServer *const leader = status.FindLeader();
  return {.leader = leader == nullptr ? "" : NodeAt(leader->address),
          .term = status.term,
          .commit_index = status.commit_index(),
          .applied_index = status.applied_index(),
          .revision = RevisionShownBy(node, deadline),
          .is_leader = status.role == OvsdbRole::kLeader};
}

std::vector<Member> OvsdbStore::Members(Node &through, Deadline deadline) {
  std::vector<Member> members;
  for (const OvsdbServer &server : ClusterStatus(through, deadline).servers) {
    members.push_back({.id = server.id,
                       .node = NodeAt(server.address),
                       .is_learner = !server.phase.empty()});
  }
  return members;
}

// A fresh read ends once its member has applied what it could miss on its list.
std::vector<Member> OvsdbStore::CommittedMembers(Deadline deadline) {
  return Eventually(deadline,
                    "the member list of a leader that has applied all",
                    [&](LastSeen &seen) -> std::optional<std::vector<Member>> {
                      Node &leader = WaitForLeader(deadline);
                      const StoreReply read = Connect(leader)->Get(
                          "any", ReadMode::kLinearizable, OneAnswer(deadline));
                      seen.Set(leader.name() + ": " + read.error);
                      if (read.outcome != Outcome::kOk) return std::nullopt;
                      return Members(leader, OneAnswer(deadline));
                    });
}

void OvsdbStore::Join(Node &node, Node &through, Deadline deadline) {
  std::vector<std::string> remotes;
  for (const OvsdbServer &server : ClusterStatus(through, deadline).servers) {
    if (server.address == PeerAddress(node)) {
      throw UsageError(fmt::format("{}: ovsdb: it is a member already, {}",
                                   node.name(), server.id));
    }
    remotes.push_back(server.address);
  }
  StartMember(node, remotes, deadline);
  WaitUntilMembers({&node}, deadline);
  const std::lock_guard lock(mutex_);
  if (std::ranges::count(nodes_, &node) == 0) nodes_.push_back(&node);
}

// Repeated: a follower forwards the request, and a leader may lose it.
void OvsdbStore::RemoveMember(const std::string &id, Node &through,
                              Deadline deadline) {
  std::string removed;
  const auto listed = [&] {
    const auto members = Members(through, OneAnswer(deadline));
    const auto found = std::ranges::find(members, id, &Member::id);
    if (found != members.end()) removed = found->node;
    return found != members.end();
  };
  Eventually(deadline,
             fmt::format("{}: {} is no member any more", through.name(), id),
             [&](LastSeen &) {
               if (!listed()) return true;
               ControlOf(through).Kick(id, OneAnswer(deadline));
               return !listed();
             });
  const std::lock_guard lock(mutex_);
  std::erase_if(nodes_, [&](Node *node) { return node->name() == removed; });
}

CommitLog OvsdbStore::ReadCommitLog(Node &node, Deadline deadline) {
  const std::uint64_t applied = ClusterStatus(node, deadline).applied_index();
  PersistedLog log = ParseOvsdbLog(
      node.name(),
      node.Succeed(fmt::format("cat {}", kOvsdbDatabaseFile), deadline));
  if (!log.since_beginning || log.corruption) {
    throw CommandError(fmt::format(
        "{}: ovsdb: its log does not tell all changes: {}", node.name(),
        log.corruption.value_or("it begins after a snapshot")));
  }
  log.commit_index = std::max(log.commit_index, applied);
  return CommittedChanges(log);
}

std::optional<PersistedState> OvsdbStore::persisted() const {
  return PersistedState{.paths = {"ovsdb/faultline.db"},
                        .read = [](const std::string &node,
                                   const std::filesystem::path &directory) {
                          return ReadOvsdbLog(node, directory / "faultline.db");
                        }};
}

std::unique_ptr<WatchStream> OvsdbStore::Open(Node &through,
                                              const WatchRequest &request,
                                              std::int64_t from,
                                              Deadline deadline) {
  return OpenOvsdbWatch(through.name(),
                        AddressOfRunning(through, kOvsdbClientPort), request,
                        from, points_, deadline);
}

std::vector<Node *> OvsdbStore::nodes() const {
  const std::lock_guard lock(mutex_);
  return nodes_;
}

}  // namespace internal

Capabilities OvsdbCapabilities() {
  return {capability::kLeader,       capability::kMembership,
          capability::kTransactions, capability::kCompareAndSet,
          capability::kLocalReads,   capability::kCommitLog,
          capability::kWatch};
}

std::vector<KnownBug> OvsdbKnownBugs(const std::string &name) {
  int major = 0;
  int minor = 0;
  if (std::sscanf(name.c_str(), "ovsdb %d.%d", &major, &minor) != 2) return {};
  std::vector<KnownBug> bugs;
  const std::pair version(major, minor);
  if (version < std::pair(3, 3)) {
    bugs.push_back(
        {known_bug::kReturnDeposesLeader,
         "no pre-vote before Open vSwitch 3.3: a follower that did not hear "
         "its leader deposes it when it is heard again"});
  }
  if (version == std::pair(3, 1)) {
    bugs.push_back(
        {known_bug::kSyncErrorsIgnored,
         "Open vSwitch 3.1.0 warns of an fsync that failed and goes on: a "
         "leader whose disk is gone keeps leading"});
  }
  return bugs;
}

std::unique_ptr<ReplicatedStore> MakeOvsdbStore(Cluster &cluster,
                                                const OvsdbOptions &options) {
  return std::make_unique<internal::OvsdbStore>(cluster, options);
}

}  // namespace faultline
