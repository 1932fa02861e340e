#include "faultline/service/etcd_admin.h"

#include <fmt/format.h>

#include <charconv>

#include "faultline/base/error.h"
#include "faultline/service/etcd.grpc.pb.h"
#include "faultline/service/etcd_channel.h"
#include "faultline/service/etcd_commit_log.h"

namespace faultline {

namespace pb = etcdserverpb;

void EtcdMemberNames::Learn(std::uint64_t id, const std::string& node) {
  const std::lock_guard lock(mutex_);
  if (!node.empty()) names_[id] = node;
}

std::string EtcdMemberNames::Find(std::uint64_t id) const {
  const std::lock_guard lock(mutex_);
  const auto found = names_.find(id);
  return found == names_.end() ? "" : found->second;
}

struct EtcdAdmin::Impl {
  explicit Impl(const std::string& address) : channel(address) {}

  internal::EtcdChannel channel;
};

EtcdAdmin::EtcdAdmin(std::string node, const std::string& address,
                     std::shared_ptr<EtcdMemberNames> names)
    : node_(std::move(node)),
      names_(std::move(names)),
      impl_(std::make_unique<Impl>(address)) {}

EtcdAdmin::~EtcdAdmin() = default;

template <typename Service, typename Method>
void EtcdAdmin::Call(const char* action, Deadline deadline, Method method) {
  const Duration budget = deadline.Remaining();
  const auto failure = impl_->channel.Call<Service>(deadline, method);
  if (!failure) return;
  throw CommandError(fmt::format("{}: etcd: {} within {}: {}", node_, action,
                                 ToText(budget), internal::Describe(*failure)));
}

MemberStatus EtcdAdmin::Status(Deadline deadline) {
  pb::StatusResponse response;
  Call<pb::Maintenance>("status", deadline, [&](auto& stub, auto& context) {
    return stub.Status(&context, {}, &response);
  });
  MemberStatus status;
  status.leader = NameOf(response.leader(), deadline);
  status.term = response.raft_term();
  status.commit_index = response.raft_index();
  status.applied_index = response.raft_applied_index();
  status.revision = response.header().revision();
  status.is_leader = response.leader() != 0 &&
                     response.leader() == response.header().member_id();
  status.is_learner = response.is_learner();
  return status;
}

// A name that no node has stands for a member that nobody can name: to say
// "none" would be a lie.
std::string EtcdAdmin::NameOf(std::uint64_t id, Deadline deadline) {
  if (id == 0) return "";
  std::string name = names_->Find(id);
  if (!name.empty()) return name;
  try {
    Peers(deadline);
  } catch (const CommandError&) {
    // A learner refuses; the name may come with another member's list.
  }
  name = names_->Find(id);
  return name.empty() ? fmt::format("member {:x}", id) : name;
}

std::vector<EtcdPeer> EtcdAdmin::Peers(Deadline deadline) {
  pb::MemberListResponse response;
  Call<pb::Cluster>("member list", deadline, [&](auto& stub, auto& context) {
    return stub.MemberList(&context, {}, &response);
  });
  std::vector<EtcdPeer> peers;
  for (const pb::ClusterMember& member : response.members()) {
    names_->Learn(member.id(), member.name());
    peers.push_back(
        {.id = member.id(),
         .name = member.name(),
         .peer_url = member.peer_urls_size() > 0 ? member.peer_urls(0) : "",
         .is_learner = member.is_learner()});
  }
  return peers;
}

std::string EtcdMemberId(std::uint64_t id) { return fmt::format("{:x}", id); }

std::uint64_t ParseEtcdMemberId(const std::string& text) {
  std::uint64_t id = 0;
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, id, 16);
  if (error != std::errc() || stopped != end)
    throw UsageError(fmt::format("etcd: \"{}\" is no member id", text));
  return id;
}

std::uint64_t EtcdAdmin::AddLearner(const std::string& peer_url,
                                    Deadline deadline) {
  pb::MemberAddRequest request;
  request.add_peer_urls(peer_url);
  request.set_is_learner(true);
  pb::MemberAddResponse response;
  Call<pb::Cluster>("member add", deadline, [&](auto& stub, auto& context) {
    return stub.MemberAdd(&context, request, &response);
  });
  return response.member().id();
}

void EtcdAdmin::Promote(std::uint64_t id, Deadline deadline) {
  pb::MemberPromoteRequest request;
  request.set_id(id);
  pb::MemberPromoteResponse response;
  Call<pb::Cluster>("member promote", deadline, [&](auto& stub, auto& context) {
    return stub.MemberPromote(&context, request, &response);
  });
}

void EtcdAdmin::Remove(std::uint64_t id, Deadline deadline) {
  pb::MemberRemoveRequest request;
  request.set_id(id);
  pb::MemberRemoveResponse response;
  Call<pb::Cluster>("member remove", deadline, [&](auto& stub, auto& context) {
    return stub.MemberRemove(&context, request, &response);
  });
}

void EtcdAdmin::MoveLeader(std::uint64_t to, Deadline deadline) {
  pb::MoveLeaderRequest request;
  request.set_targetid(to);
  pb::MoveLeaderResponse response;
  Call<pb::Maintenance>("move leader", deadline,
                        [&](auto& stub, auto& context) {
                          return stub.MoveLeader(&context, request, &response);
                        });
}

void EtcdAdmin::Compact(std::int64_t revision, Deadline deadline) {
  pb::CompactionRequest request;
  request.set_revision(revision);
  request.set_physical(true);
  pb::CompactionResponse response;
  Call<pb::KV>("compact", deadline, [&](auto& stub, auto& context) {
    return stub.Compact(&context, request, &response);
  });
}

CommitLog EtcdAdmin::ReadCommitLog(Deadline deadline, std::int64_t from) {
  return internal::ReadEtcdCommitLog(impl_->channel, node_, from, deadline);
}

}  // namespace faultline
