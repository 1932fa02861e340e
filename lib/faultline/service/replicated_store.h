#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "faultline/cluster/cluster.h"
#include "faultline/evidence/commit_log.h"
#include "faultline/evidence/raft_trace.h"
#include "faultline/history/operation.h"
#include "faultline/service/known_bug.h"
#include "faultline/service/managed_service.h"
#include "faultline/service/persisted_state.h"
#include "faultline/service/store_watch.h"

namespace faultline {

// What a store answered to one request. `outcome` follows the binding's written
// error table; the other fields count only with kOk.
struct StoreReply {
  Outcome outcome = Outcome::kUnknown;
  std::optional<std::string> value =
      {};               // read: absent if the key is not there
  bool applied = true;  // compare-and-set: the comparison held
  std::int64_t revision = 0;
  std::string error = {};
};

enum class ReadMode {
  kLinearizable,
  kLocal
};  // kLocal: the member's own copy, possibly stale

// One client's connection to one member, used by one thread. It never retries
// by itself and never throws for an answer, an error or a silence of the
// service: those are outcomes.
class StoreClient {
 public:
  virtual ~StoreClient() = default;
  virtual StoreReply Put(const std::string& key, const std::string& value,
                         Deadline deadline) = 0;
  virtual StoreReply Get(const std::string& key, ReadMode mode,
                         Deadline deadline) = 0;
  virtual StoreReply Delete(const std::string& key, Deadline deadline) = 0;
  // `expected` absent: the key must not exist.
  virtual StoreReply CompareAndSet(const std::string& key,
                                   const std::optional<std::string>& expected,
                                   const std::string& value,
                                   Deadline deadline) = 0;
};

struct MemberStatus {
  std::string leader = {};  // node name, empty if it knows none
  std::uint64_t term = 0;
  std::uint64_t commit_index = 0;
  std::uint64_t applied_index = 0;
  std::int64_t revision = 0;
  bool is_leader = false;
  bool is_learner = false;
};

// The ChainFire and FlareDB role: a Raft-replicated key-value store. Bindings
// have the capability `leader`.
class ReplicatedStore : public ManagedService, public LeadershipControl {
 public:
  // A member that hears of no leader stands for election after a random time:
  // not before the first of these, at the latest after the second.
  virtual Duration shortest_election_timeout() const = 0;
  virtual Duration election_timeout() const = 0;
  // The bound on an outage after the loss of a leader, as a client sees it:
  // noticing, electing, and the probe that meets the new one.
  virtual Duration ElectionBound() const;

  // The client follows its node to new ports when the machine starts again.
  // Does not throw for a node that is off: requests to it were not sent, kFail.
  virtual std::unique_ptr<StoreClient> Connect(Node& node) = 0;
  // Throws CommandError if the member does not answer.
  virtual MemberStatus Status(Node& node, Deadline deadline) = 0;
  // Every change since the store began, as this member alone shows it.
  virtual CommitLog ReadCommitLog(Node& node, Deadline deadline) = 0;
  // Where it has its log on the state disk; absent if that cannot be read.
  virtual std::optional<PersistedState> persisted() const { return {}; }
  // Those of the version under test (docs/bindings.md).
  virtual std::vector<KnownBug> known_bugs() const { return {}; }
  // Null without the capability `watch`. It lives as long as the store.
  virtual StoreWatch* watch() { return nullptr; }

  // Drops what was before `revision` on all members, so that watches from there
  // are refused; every member has reached it, and its commits up to there are
  // remembered for ReadCommitLog. Throws GapError without the capability
  // `watch-history`.
  virtual void Compact(std::int64_t revision, Deadline deadline);

  // ManagedService and LeadershipControl, built on Status.
  void RequireAnswer(Node& node, Deadline deadline) override;
  void WaitUntilSettled(Deadline deadline) override;
  LeadershipControl* leadership() override { return this; }
  std::string LeaderSeenBy(Node& node, Deadline deadline) override;
  void TransferLeadership(Node& to, Deadline deadline) override;

  // Waits, by asking all members, built on Status. They throw TimeoutError with
  // what each member said last.
  Node& WaitForLeader(Deadline deadline) override;
  Node& WaitForLeaderOtherThan(const Node& old_leader, Deadline deadline);
  // All members answer, name one leader, share its term, and each has reached
  // the newest revision that any had when all first did so. Load may go on.
  void WaitForAgreement(Deadline deadline);

  // ReadCommitLog of every member, repeated until all have as many changes: a
  // request that its client gave up may be carried out long after. At the
  // deadline what they show, which is for a checker to judge; throws
  // TimeoutError if one never showed its log.
  std::vector<CommitLog> ReadAllLogs(Deadline deadline);
};

}  // namespace faultline
