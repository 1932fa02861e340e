#include "faultline/service/etcd_commit_log.h"

#include <fmt/format.h>

#include "faultline/base/error.h"
#include "faultline/service/etcd.grpc.pb.h"

namespace faultline::internal {

namespace pb = etcdserverpb;

namespace {

// etcd's sign for "from the first key on" and "to the last one".
const std::string kWholeKeySpace(1, '\0');

// The member's own revision, not the cluster's.
std::int64_t OwnRevision(EtcdChannel& channel, const std::string& node,
                         Deadline deadline) {
  pb::RangeRequest request;
  request.set_key(kWholeKeySpace);
  request.set_range_end(kWholeKeySpace);
  request.set_count_only(true);
  request.set_serializable(true);
  pb::RangeResponse response;
  const auto failure =
      channel.Call<pb::KV>(deadline, [&](auto& kv, auto& context) {
        return kv.Range(&context, request, &response);
      });
  if (failure) {
    throw CommandError(
        fmt::format("{}: etcd: read the commit log: revision: {}", node,
                    Describe(*failure)));
  }
  return response.header().revision();
}

pb::WatchRequest WatchEverything(std::int64_t from) {
  pb::WatchRequest request;
  pb::WatchCreateRequest& create = *request.mutable_create_request();
  create.set_key(kWholeKeySpace);
  create.set_range_end(kWholeKeySpace);
  create.set_start_revision(from);
  create.set_fragment(true);
  return request;
}

// One watch, from the revision `from` to `last`.
class LogReader {
 public:
  LogReader(const std::shared_ptr<grpc::Channel>& channel, std::string node,
            std::int64_t from, std::int64_t last, Deadline deadline)
      : node_(std::move(node)),
        from_(from),
        last_(last),
        stub_(pb::Watch::NewStub(channel)) {
    EtcdChannel::SetDeadline(context_, deadline);
    stream_ = stub_->Watch(&context_);
  }

  CommitLog Read() {
    CommitLog log{.node = node_, .commits = {}};
    stream_->Write(WatchEverything(from_));
    pb::WatchResponse response;
    while (!complete_) {
      if (!stream_->Read(&response)) ThrowEnd();
      Take(response, log);
    }
    context_.TryCancel();
    stream_->Finish();
    return log;
  }

 private:
  void Take(const pb::WatchResponse& response, CommitLog& log) {
    if (response.canceled() || response.compact_revision() > 0) {
      context_.TryCancel();
      stream_->Finish();
      ThrowCanceled(response);
    }
    for (const pb::Event& event : response.events()) {
      reached_ = event.kv().mod_revision();
      if (reached_ <= last_) log.commits.push_back(ToCommit(event));
    }
    complete_ = reached_ >= last_ && !response.fragment();
  }

  static Commit ToCommit(const pb::Event& event) {
    Commit commit{.revision = event.kv().mod_revision(),
                  .key = event.kv().key(),
                  .value = std::nullopt};
    if (event.type() == pb::Event::PUT) commit.value = event.kv().value();
    return commit;
  }

  [[noreturn]] void ThrowCanceled(const pb::WatchResponse& response) const {
    const std::string why =
        response.compact_revision() > 0
            ? fmt::format("everything below revision {} is compacted away",
                          response.compact_revision())
            : response.cancel_reason();
    throw CommandError(
        fmt::format("{}: etcd: read the commit log: {}", node_, why));
  }

  [[noreturn]] void ThrowEnd() {
    const auto failure = EtcdChannel::ToFailure(stream_->Finish());
    throw CommandError(fmt::format(
        "{}: etcd: read the commit log: ended at revision {} of {}: {}", node_,
        reached_, last_, failure ? Describe(*failure) : "stream closed"));
  }

  const std::string node_;
  const std::int64_t from_;
  const std::int64_t last_;
  std::int64_t reached_ = 0;
  bool complete_ = false;
  grpc::ClientContext context_;
  std::unique_ptr<pb::Watch::Stub> stub_;
  std::unique_ptr<grpc::ClientReaderWriter<pb::WatchRequest, pb::WatchResponse>>
      stream_;
};

}  // namespace

CommitLog ReadEtcdCommitLog(EtcdChannel& channel, const std::string& node,
                            std::int64_t from, Deadline deadline) {
  const std::int64_t last = OwnRevision(channel, node, deadline);
  // An empty store stands at revision 1 and would never send an event.
  if (last <= 1 || last < from) return {.node = node, .commits = {}};
  const std::shared_ptr<grpc::Channel> connected = channel.Connect(deadline);
  if (!connected) {
    throw CommandError(fmt::format("{}: etcd: read the commit log: {}", node,
                                   Describe(channel.NotSent())));
  }
  return LogReader(connected, node, from, last, deadline).Read();
}

}  // namespace faultline::internal
