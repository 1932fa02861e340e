#include "faultline/service/etcd_join.h"

#include <fmt/format.h>

#include <algorithm>

#include "faultline/base/eventually.h"

namespace faultline {
namespace {

// For one attempt: a request that got lost must leave time for the next.
Deadline OneAttempt(Deadline deadline) {
  return deadline.Capped(Scaled(std::chrono::seconds(5)));
}

std::string Step(const EtcdNewcomer& newcomer, const EtcdAdmin& through,
                 const char* step) {
  return fmt::format("{}: join through {}: {}", newcomer.name, through.node(),
                     step);
}

// A repeated request finds the member that a lost answer has added.
std::uint64_t AddOnce(const EtcdNewcomer& newcomer, EtcdAdmin& through,
                      Deadline deadline) {
  for (const EtcdPeer& peer : through.Peers(OneAttempt(deadline))) {
    if (peer.peer_url != newcomer.peer_url) continue;
    if (peer.name.empty()) return peer.id;
    throw UsageError(
        fmt::format("{}: {} is a member already ({}): remove it first",
                    newcomer.name, peer.peer_url, peer.name));
  }
  return through.AddLearner(newcomer.peer_url, OneAttempt(deadline));
}

// etcd wants every member here, and of a member that has not started yet it
// knows no name; any unique one will do.
EtcdInitialCluster InitialCluster(const EtcdNewcomer& newcomer,
                                  EtcdAdmin& through, Deadline deadline) {
  EtcdInitialCluster cluster;
  for (const EtcdPeer& peer : through.Peers(OneAttempt(deadline))) {
    const bool is_newcomer = peer.peer_url == newcomer.peer_url;
    const std::string fallback = fmt::format("unstarted-{:x}", peer.id);
    cluster.emplace_back(is_newcomer         ? newcomer.name
                         : peer.name.empty() ? fallback
                                             : peer.name,
                         peer.peer_url);
  }
  return cluster;
}

bool StillLearner(std::uint64_t id, EtcdAdmin& through, Deadline deadline) {
  const std::vector<EtcdPeer> peers = through.Peers(OneAttempt(deadline));
  const auto found = std::ranges::find(peers, id, &EtcdPeer::id);
  if (found == peers.end()) {
    throw CommandError(
        fmt::format("{}: etcd: member {:x} is not listed", through.node(), id));
  }
  return found->is_learner;
}

}  // namespace

void JoinAsLearner(const EtcdNewcomer& newcomer, EtcdAdmin& through,
                   Deadline deadline) {
  std::uint64_t id = 0;
  EtcdInitialCluster cluster;
  Eventually(deadline, Step(newcomer, through, "add as learner"), [&] {
    if (id == 0) id = AddOnce(newcomer, through, deadline);
    cluster = InitialCluster(newcomer, through, deadline);
    return true;
  });
  newcomer.start(cluster, deadline);
  Eventually(deadline, Step(newcomer, through, "wait until it answers"), [&] {
    newcomer.status(OneAttempt(deadline));
    return true;
  });
  Eventually(deadline, Step(newcomer, through, "promote"), [&] {
    if (!StillLearner(id, through, deadline)) return true;
    through.Promote(id, OneAttempt(deadline));
    return !StillLearner(id, through, deadline);
  });
  // The others may know of the promotion before the promoted one does.
  Eventually(deadline, Step(newcomer, through, "learn of its promotion"),
             [&] { return !newcomer.status(OneAttempt(deadline)).is_learner; });
}

void RemoveEtcdMember(std::uint64_t id, EtcdAdmin& through, Deadline deadline) {
  const std::string what =
      fmt::format("remove member {:x} through {}", id, through.node());
  Eventually(deadline, what, [&] {
    const std::vector<EtcdPeer> peers = through.Peers(OneAttempt(deadline));
    if (std::ranges::count(peers, id, &EtcdPeer::id) == 0) return true;
    through.Remove(id, OneAttempt(deadline));
    return false;
  });
}

}  // namespace faultline
