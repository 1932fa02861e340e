#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "faultline/service/replicated_store.h"

namespace faultline {

// Which member id is which node, learnt from member lists and shared by all
// connections of a store: a learner does not answer with a member list itself.
// Thread-safe.
class EtcdMemberNames {
 public:
  void Learn(std::uint64_t id, const std::string& node);
  // Empty if nobody told yet.
  std::string Find(std::uint64_t id) const;

 private:
  mutable std::mutex mutex_;
  std::map<std::uint64_t, std::string> names_;
};

// A member's id as Member::id shows it, in hexadecimal digits as etcdctl does.
std::string EtcdMemberId(std::uint64_t id);
// The inverse. Throws UsageError.
std::uint64_t ParseEtcdMemberId(const std::string& text);

// One line of a member list.
struct EtcdPeer {
  std::uint64_t id = 0;
  std::string name = {};  // empty until it has started once
  std::string peer_url = {};
  bool is_learner = false;
};

// What one etcd member is asked beside its keys: status, membership, its
// commit log. Every call throws CommandError naming the node and the action if
// the member does not answer by the deadline or refuses. Thread-safe.
class EtcdAdmin {
 public:
  EtcdAdmin(std::string node, const std::string& address,
            std::shared_ptr<EtcdMemberNames> names);
  ~EtcdAdmin();

  MemberStatus Status(Deadline deadline);
  // As this member itself knows it.
  std::vector<EtcdPeer> Peers(Deadline deadline);
  std::uint64_t AddLearner(const std::string& peer_url, Deadline deadline);
  void Promote(std::uint64_t id, Deadline deadline);
  void Remove(std::uint64_t id, Deadline deadline);
  // To be asked of the leader; others refuse.
  void MoveLeader(std::uint64_t to, Deadline deadline);
  // From the revision `from` to the member's own revision at the call.
  CommitLog ReadCommitLog(Deadline deadline, std::int64_t from = 1);
  // Drops the history below `revision`; to read from before it fails then.
  void Compact(std::int64_t revision, Deadline deadline);

  const std::string& node() const { return node_; }

 private:
  struct Impl;
  template <typename Service, typename Method>
  void Call(const char* action, Deadline deadline, Method method);
  std::string NameOf(std::uint64_t id, Deadline deadline);

  const std::string node_;
  std::shared_ptr<EtcdMemberNames> names_;
  std::unique_ptr<Impl> impl_;
};

}  // namespace faultline
