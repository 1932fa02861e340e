#include "faultline/sweep/planted_store.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <atomic>
#include <map>
#include <mutex>
#include <ranges>
#include <set>

#include "faultline/base/error.h"

namespace faultline {
namespace {

// What was last read or written through one member, by key.
class SeenValues {
 public:
  void Set(const std::string& key, const std::optional<std::string>& value) {
    const std::lock_guard lock(mutex_);
    values_[key] = value;
  }
  // Absent: nothing was seen of this key yet.
  std::optional<std::optional<std::string>> Find(const std::string& key) const {
    const std::lock_guard lock(mutex_);
    const auto found = values_.find(key);
    if (found == values_.end()) return std::nullopt;
    return found->second;
  }

 private:
  mutable std::mutex mutex_;
  std::map<std::string, std::optional<std::string>> values_;
};

// The members whose last request was not answered.
class SilentMembers {
 public:
  void Note(const std::string& member, bool answered) {
    const std::lock_guard lock(mutex_);
    if (answered) {
      silent_.erase(member);
    } else {
      silent_.insert(member);
    }
  }
  bool Any() const {
    const std::lock_guard lock(mutex_);
    return !silent_.empty();
  }

 private:
  mutable std::mutex mutex_;
  std::set<std::string> silent_;
};

bool Answered(const StoreReply& reply) { return reply.outcome == Outcome::kOk; }

class PlantedClient : public StoreClient {
 public:
  PlantedClient(PlantedDefect defect, std::unique_ptr<StoreClient> client,
                std::string member, std::shared_ptr<SeenValues> seen,
                SilentMembers& silent)
      : defect_(defect),
        client_(std::move(client)),
        member_(std::move(member)),
        seen_(std::move(seen)),
        silent_(silent) {}

  StoreReply Put(const std::string& key, const std::string& value,
                 Deadline deadline) override {
    StoreReply reply = client_->Put(key, value, deadline);
    const bool refused = reply.outcome == Outcome::kFail;
    if (refused && defect_ == PlantedDefect::kLostWrite) {
      return {.outcome = Outcome::kOk};
    }
    if (Answered(reply)) seen_->Set(key, value);
    silent_.Note(member_, Answered(reply));
    if (defect_ == PlantedDefect::kStalledMajority && silent_.Any())
      return {.outcome = Outcome::kUnknown, .error = "a member is silent"};
    return reply;
  }

  StoreReply Get(const std::string& key, ReadMode mode,
                 Deadline deadline) override {
    StoreReply reply = client_->Get(key, mode, deadline);
    if (Answered(reply)) {
      seen_->Set(key, reply.value);
      return reply;
    }
    const auto last = seen_->Find(key);
    if (!last || defect_ != PlantedDefect::kStaleRead) return reply;
    return {.outcome = Outcome::kOk, .value = *last};
  }

  StoreReply Delete(const std::string& key, Deadline deadline) override {
    return client_->Delete(key, deadline);
  }

  StoreReply CompareAndSet(const std::string& key,
                           const std::optional<std::string>& expected,
                           const std::string& value,
                           Deadline deadline) override {
    return client_->CompareAndSet(key, expected, value, deadline);
  }

 private:
  const PlantedDefect defect_;
  const std::unique_ptr<StoreClient> client_;
  const std::string member_;
  const std::shared_ptr<SeenValues> seen_;
  SilentMembers& silent_;
};

// Tells when it ends.
class EndTellingStream : public WatchStream {
 public:
  EndTellingStream(std::unique_ptr<WatchStream> stream,
                   std::atomic<bool>& ended)
      : stream_(std::move(stream)), ended_(ended) {}

  WatchMessage Next(Deadline deadline) override {
    WatchMessage message = stream_->Next(deadline);
    if (message.kind == WatchMessage::Kind::kEnded) ended_ = true;
    return message;
  }
  void RequestProgress() override { stream_->RequestProgress(); }
  void Cancel() noexcept override { stream_->Cancel(); }

 private:
  const std::unique_ptr<WatchStream> stream_;
  std::atomic<bool>& ended_;
};

class PlantedWatch : public StoreWatch {
 public:
  PlantedWatch(PlantedDefect defect, StoreWatch& watch)
      : defect_(defect), watch_(watch) {}

  std::unique_ptr<WatchStream> Open(Node& through, const WatchRequest& request,
                                    std::int64_t from,
                                    Deadline deadline) override {
    if (any_ended_ && from > 1) {
      if (defect_ == PlantedDefect::kLostEvent) ++from;
      if (defect_ == PlantedDefect::kRepeatedEvent) --from;
    }
    return std::make_unique<EndTellingStream>(
        watch_.Open(through, request, from, deadline), any_ended_);
  }

 private:
  const PlantedDefect defect_;
  StoreWatch& watch_;
  std::atomic<bool> any_ended_ = false;
};

class PlantedStore : public ReplicatedStore {
 public:
  PlantedStore(PlantedDefect defect, std::unique_ptr<ReplicatedStore> store)
      : defect_(defect), store_(std::move(store)) {
    if (StoreWatch* watch = store_->watch()) {
      watch_ = std::make_unique<PlantedWatch>(defect, *watch);
    }
  }

  StoreWatch* watch() override { return watch_.get(); }

  std::unique_ptr<StoreClient> Connect(Node& node) override {
    auto client = store_->Connect(node);
    const std::lock_guard lock(mutex_);
    auto& seen = seen_[node.name()];
    if (!seen) seen = std::make_shared<SeenValues>();
    return std::make_unique<PlantedClient>(defect_, std::move(client),
                                           node.name(), seen, silent_);
  }

  std::string name() const override { return store_->name(); }
  Capabilities capabilities() const override { return store_->capabilities(); }
  std::vector<std::string> units(const Node& node) const override {
    return store_->units(node);
  }
  std::vector<std::pair<std::string, std::string>> settings() const override {
    return store_->settings();
  }
  std::string configuration() const override { return store_->configuration(); }
  Duration ElectionBound() const override { return store_->ElectionBound(); }
  Duration shortest_election_timeout() const override {
    return store_->shortest_election_timeout();
  }
  Duration election_timeout() const override {
    return store_->election_timeout();
  }
  void Form(const std::vector<Node*>& nodes, Deadline deadline) override {
    store_->Form(nodes, deadline);
  }
  void Attach(const std::vector<Node*>& nodes, Deadline deadline) override {
    store_->Attach(nodes, deadline);
  }
  void Start(Node& node, Deadline deadline) override {
    store_->Start(node, deadline);
  }
  void Kill(Node& node, Deadline deadline) override {
    store_->Kill(node, deadline);
  }
  MemberStatus Status(Node& node, Deadline deadline) override {
    return store_->Status(node, deadline);
  }
  MembershipControl* membership() override { return store_->membership(); }
  void TransferLeadership(Node& to, Deadline deadline) override {
    store_->TransferLeadership(to, deadline);
  }
  CommitLog ReadCommitLog(Node& node, Deadline deadline) override {
    return store_->ReadCommitLog(node, deadline);
  }
  std::vector<KnownBug> known_bugs() const override {
    return store_->known_bugs();
  }
  std::optional<PersistedState> persisted() const override {
    return store_->persisted();
  }
  std::vector<Node*> nodes() const override { return store_->nodes(); }
  Cluster& cluster() override { return store_->cluster(); }

 private:
  const PlantedDefect defect_;
  const std::unique_ptr<ReplicatedStore> store_;
  std::unique_ptr<PlantedWatch> watch_;
  SilentMembers silent_;
  std::mutex mutex_;
  std::map<std::string, std::shared_ptr<SeenValues>> seen_;  // by node
};

const std::map<std::string, PlantedDefect>& Defects() {
  static const std::map<std::string, PlantedDefect> defects = {
      {"lost-write", PlantedDefect::kLostWrite},
      {"stale-read", PlantedDefect::kStaleRead},
      {"lost-event", PlantedDefect::kLostEvent},
      {"repeated-event", PlantedDefect::kRepeatedEvent},
      {"stalled-majority", PlantedDefect::kStalledMajority}};
  return defects;
}

}  // namespace

PlantedDefect ParsePlantedDefect(const std::string& text) {
  const auto found = Defects().find(text);
  if (found != Defects().end()) return found->second;
  throw UsageError(
      fmt::format("there is no defect \"{}\" to plant; there are {}", text,
                  fmt::join(std::views::keys(Defects()), ", ")));
}

std::string ToText(PlantedDefect defect) {
  for (const auto& [name, named] : Defects()) {
    if (named == defect) return name;
  }
  throw UsageError("a planted defect without a name");
}

bool CanCause(PlantedDefect defect, const Verdict& violated) {
  const std::string_view property = violated.property;
  const bool answers = property.starts_with("linearizable as a ");
  switch (defect) {
    case PlantedDefect::kLostWrite:
      return answers || property.starts_with("every acknowledged write stands");
    case PlantedDefect::kStaleRead:
      return answers;
    case PlantedDefect::kLostEvent:
    case PlantedDefect::kRepeatedEvent:
      // Of the streams, of catching up, or counted by what disks show.
      return property.find("watch") != std::string_view::npos;
    case PlantedDefect::kStalledMajority:
      break;
  }
  return property.starts_with("every outage ends within ");
}

std::unique_ptr<ReplicatedStore> Plant(PlantedDefect defect,
                                       std::unique_ptr<ReplicatedStore> store) {
  return std::make_unique<PlantedStore>(defect, std::move(store));
}

}  // namespace faultline
