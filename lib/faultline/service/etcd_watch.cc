#include "faultline/service/etcd_watch.h"

#include <fmt/format.h>
#include <grpcpp/completion_queue.h>

#include <optional>

#include "faultline/base/error.h"
#include "faultline/service/etcd.grpc.pb.h"
#include "faultline/service/etcd_channel.h"

namespace faultline {

namespace pb = etcdserverpb;

namespace {

// etcd's sign for "from the first key on" and "to the last one".
const std::string kWholeKeySpace(1, '\0');

// The first key that does not begin with `prefix`.
std::string EndOfPrefix(std::string prefix) {
  while (!prefix.empty() && prefix.back() == '\xff') prefix.pop_back();
  if (prefix.empty()) return kWholeKeySpace;
  ++prefix.back();
  return prefix;
}

// Without fragments: what etcd sends as one message stays one.
pb::WatchRequest CreateRequest(const WatchRequest& request, std::int64_t from) {
  pb::WatchRequest message;
  pb::WatchCreateRequest& create = *message.mutable_create_request();
  create.set_key(request.key.empty() ? kWholeKeySpace : request.key);
  if (request.prefix) create.set_range_end(EndOfPrefix(request.key));
  create.set_start_revision(from);
  create.set_prev_kv(request.previous);
  if (!request.puts) create.add_filters(pb::WatchCreateRequest::NOPUT);
  if (!request.deletes) create.add_filters(pb::WatchCreateRequest::NODELETE);
  return message;
}

WatchEvent ToEvent(const pb::Event& event) {
  WatchEvent result;
  result.revision = event.kv().mod_revision();
  result.key = event.kv().key();
  if (event.has_prev_kv()) result.previous = event.prev_kv().value();
  if (event.type() == pb::Event::DELETE) return result;
  result.value = event.kv().value();
  result.created = event.kv().create_revision() == event.kv().mod_revision();
  return result;
}

WatchMessage ToMessage(const pb::WatchResponse& response) {
  using Kind = WatchMessage::Kind;
  if (response.compact_revision() > 0) {
    return {.kind = Kind::kCompacted, .revision = response.compact_revision()};
  }
  if (response.canceled()) {
    return {.kind = Kind::kEnded,
            .reason = "canceled: " + response.cancel_reason()};
  }
  if (response.events().empty()) {
    return {.kind = Kind::kProgress, .revision = response.header().revision()};
  }
  WatchMessage message{.kind = Kind::kEvents};
  for (const pb::Event& event : response.events()) {
    message.events.push_back(ToEvent(event));
  }
  return message;
}

// One step is under way at a time, besides at most one write.
class EtcdWatchStream : public WatchStream {
 public:
  EtcdWatchStream(std::string node,
                  const std::shared_ptr<grpc::Channel>& channel)
      : node_(std::move(node)),
        stub_(pb::Watch::NewStub(channel)),
        stream_(stub_->PrepareAsyncWatch(&context_, &queue_)) {
    stream_->StartCall(TagOf(starting_));
  }

  ~EtcdWatchStream() override {
    context_.TryCancel();
    queue_.Shutdown();
    void* tag = nullptr;
    bool ok = false;
    while (queue_.Next(&tag, &ok)) {
    }
  }

  void Create(const WatchRequest& request, std::int64_t from,
              Deadline deadline) {
    Await(starting_, deadline);
    stream_->Write(CreateRequest(request, from), Begin(writing_));
    stream_->Read(&response_, Begin(reading_));
    Await(reading_, deadline);
    if (response_.created() && !response_.canceled()) return;
    throw CommandError(fmt::format("{}: etcd: watch from revision {}: {}",
                                   node_, from, ToMessage(response_).reason));
  }

  WatchMessage Next(Deadline deadline) override {
    if (over_) return *over_;
    if (!reading_.under_way) stream_->Read(&response_, Begin(reading_));
    if (!Wait(reading_, deadline)) return {};
    if (!reading_.ok) return End(WhyItEnded());
    WatchMessage message = ToMessage(response_);
    if (message.kind == WatchMessage::Kind::kEnded) End(message.reason);
    if (message.kind == WatchMessage::Kind::kCompacted) End("compacted");
    return message;
  }

  void RequestProgress() override {
    if (over_ || writing_.under_way) return;
    pb::WatchRequest request;
    request.mutable_progress_request();
    stream_->Write(request, Begin(writing_));
  }

  void Cancel() noexcept override { context_.TryCancel(); }

 private:
  struct Step {
    bool under_way = true;
    bool ok = false;
  };

  static void* TagOf(Step& step) { return &step; }
  static void* Begin(Step& step) {
    step.under_way = true;
    return TagOf(step);
  }

  // False at the deadline; the step is still under way then.
  bool Wait(const Step& step, Deadline deadline) {
    const auto until = internal::EtcdChannel::ToSystemTime(deadline);
    while (step.under_way) {
      void* tag = nullptr;
      bool ok = false;
      if (queue_.AsyncNext(&tag, &ok, until) !=
          grpc::CompletionQueue::GOT_EVENT) {
        return false;
      }
      *static_cast<Step*>(tag) = {.under_way = false, .ok = ok};
    }
    return true;
  }

  // For steps without which there is no watch.
  void Await(const Step& step, Deadline deadline) {
    const Duration budget = deadline.Remaining();
    if (!Wait(step, deadline)) {
      throw CommandError(fmt::format("{}: etcd: watch: not confirmed within {}",
                                     node_, ToText(budget)));
    }
    if (!step.ok) {
      throw CommandError(
          fmt::format("{}: etcd: watch: {}", node_, WhyItEnded()));
    }
  }

  // A stream whose read or start failed is over: its status is there.
  std::string WhyItEnded() {
    grpc::Status status;
    stream_->Finish(&status, Begin(finishing_));
    void* tag = nullptr;
    bool ok = false;
    while (finishing_.under_way && queue_.Next(&tag, &ok)) {
      *static_cast<Step*>(tag) = {.under_way = false, .ok = ok};
    }
    const auto failure = internal::EtcdChannel::ToFailure(status);
    return failure ? internal::Describe(*failure)
                   : "the member closed the stream";
  }

  WatchMessage End(std::string reason) {
    over_ = WatchMessage{.kind = WatchMessage::Kind::kEnded,
                         .reason = std::move(reason)};
    context_.TryCancel();
    return *over_;
  }

  const std::string node_;
  grpc::CompletionQueue queue_;
  grpc::ClientContext context_;
  std::unique_ptr<pb::Watch::Stub> stub_;
  pb::WatchResponse response_;
  Step starting_;
  Step writing_{.under_way = false};
  Step reading_{.under_way = false};
  Step finishing_{.under_way = false};
  std::optional<WatchMessage> over_;
  std::unique_ptr<
      grpc::ClientAsyncReaderWriter<pb::WatchRequest, pb::WatchResponse>>
      stream_;
};

}  // namespace

std::unique_ptr<WatchStream> OpenEtcdWatch(const std::string& node,
                                           const std::string& address,
                                           const WatchRequest& request,
                                           std::int64_t from,
                                           Deadline deadline) {
  internal::EtcdChannel way(address);
  const std::shared_ptr<grpc::Channel> channel = way.Connect(deadline);
  if (!channel) {
    throw CommandError(fmt::format("{}: etcd: watch: {}", node,
                                   internal::Describe(way.NotSent())));
  }
  auto stream = std::make_unique<EtcdWatchStream>(node, channel);
  stream->Create(request, from, deadline);
  return stream;
}

}  // namespace faultline
