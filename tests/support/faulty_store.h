#pragma once

#include <condition_variable>
#include <cstdint>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "support/fake_store.h"
#include "support/fake_watch.h"

namespace faultline {

// What the members do wrong, now and then.
enum class Defect {
  kNone,
  kStaleRead,         // a read returns a value overwritten long ago
  kLostWrite,         // acknowledged, later gone from every log
  kDuplicateApply,    // one write stands twice in every log
  kFailedYetApplied,  // the client is told "failed", the write stands
  kDivergingMember,   // node2 shows another last value than the others
  kClientThrows,      // a broken binding
};

enum class OutageKind {
  kRefuse,  // connections are refused: definite failures
  kSilent,  // no answer until the deadline: unknown outcomes
};

// A replicated register store in memory, correct but for what was switched on.
// Thread-safe.
class FaultyStore : public FakeStore {
 public:
  explicit FaultyStore(int nodes, Defect defect = Defect::kNone)
      : FakeStore(nodes), defect_(defect) {
    status = [this](Node& node, Deadline) { return HealthyStatus(node); };
  }

  void BeginOutage(OutageKind kind) {
    const std::lock_guard lock(mutex_);
    outage_ = kind;
    missed_probes_ = 0;
  }
  void EndOutage() {
    const std::lock_guard lock(mutex_);
    outage_.reset();
    changed_.notify_all();
  }
  void SetDown(int index, bool down) {
    watch_.SetDown(node(index).name(), down);
    const std::lock_guard lock(mutex_);
    if (down) {
      down_.insert(node(index).name());
    } else {
      down_.erase(node(index).name());
    }
  }
  // Probes that went without acknowledgement since the outage began.
  int missed_probes() {
    const std::lock_guard lock(mutex_);
    return missed_probes_;
  }

  std::unique_ptr<StoreClient> Connect(Node& node) override;
  FakeWatch* watch() override { return &watch_; }
  CommitLog ReadCommitLog(Node& node, Deadline) override {
    const std::lock_guard lock(mutex_);
    CommitLog log{node.name(), log_};
    if (defect_ == Defect::kDivergingMember && node.name() == "node2") {
      log.commits.back().value = "diverged";
    }
    return log;
  }

 private:
  class Client;

  MemberStatus HealthyStatus(Node& node) {
    const std::lock_guard lock(mutex_);
    if (outage_ || down_.contains(node.name())) {
      throw CommandError(node.name() + ": no answer");
    }
    return {.leader = "node1",
            .term = 2,
            .commit_index = log_.size(),
            .applied_index = log_.size(),
            .revision = static_cast<std::int64_t>(log_.size()),
            .is_leader = node.name() == "node1",
            .is_learner = false};
  }

  // The answer of an outage, or nothing if the store answers.
  std::optional<StoreReply> Outage(std::unique_lock<std::mutex>& lock,
                                   const std::string& node, Deadline deadline) {
    if (down_.contains(node) || outage_ == OutageKind::kRefuse) {
      return StoreReply{.outcome = Outcome::kFail,
                        .value = {},
                        .error = "connection refused"};
    }
    const bool answers =
        changed_.wait_until(lock, deadline.at(), [this] { return !outage_; });
    if (answers) return std::nullopt;
    return StoreReply{
        .outcome = Outcome::kUnknown, .value = {}, .error = "no answer"};
  }

  bool Misbehaves(Defect defect) {
    return defect_ == defect && ++chances_ % 7 == 0;
  }

  StoreReply Apply(const std::string& key, const std::string& value) {
    versions_[key].push_back(value);
    const bool probe = key.starts_with("probe/");
    if (probe || !Misbehaves(Defect::kLostWrite)) Append(key, value);
    if (!probe && Misbehaves(Defect::kDuplicateApply)) Append(key, value);
    if (!probe && Misbehaves(Defect::kFailedYetApplied)) {
      return {.outcome = Outcome::kFail, .value = {}, .error = "no leader"};
    }
    return {.outcome = Outcome::kOk,
            .value = {},
            .revision = static_cast<std::int64_t>(log_.size()),
            .error = {}};
  }

  void Append(const std::string& key, const std::string& value) {
    const auto revision = static_cast<std::int64_t>(log_.size()) + 1;
    log_.push_back({revision, key, value});
    watch_.Append(log_.back());
  }

  std::optional<std::string> Current(const std::string& key) {
    const auto& versions = versions_[key];
    // So far back that some newer write certainly lies between, whatever two
    // other clients had in flight.
    constexpr std::size_t kFarBack = 6;
    if (versions.size() >= kFarBack && Misbehaves(Defect::kStaleRead)) {
      return versions[versions.size() - kFarBack];
    }
    if (versions.empty()) return std::nullopt;
    return versions.back();
  }

  const Defect defect_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<OutageKind> outage_;
  std::set<std::string> down_;
  std::map<std::string, std::vector<std::string>> versions_;  // by key
  std::vector<Commit> log_;
  FakeWatch watch_;
  int chances_ = 0;
  int missed_probes_ = 0;
};

class FaultyStore::Client : public StoreClient {
 public:
  Client(FaultyStore& store, std::string node)
      : store_(store), node_(std::move(node)) {}

  StoreReply Put(const std::string& key, const std::string& value,
                 Deadline deadline) override {
    std::unique_lock lock(store_.mutex_);
    if (auto outage = store_.Outage(lock, node_, deadline)) {
      if (key.starts_with("probe/")) ++store_.missed_probes_;
      return *outage;
    }
    return store_.Apply(key, value);
  }

  StoreReply Get(const std::string& key, ReadMode, Deadline deadline) override {
    std::unique_lock lock(store_.mutex_);
    if (store_.Misbehaves(Defect::kClientThrows)) {
      throw std::runtime_error("the binding is broken");
    }
    if (auto outage = store_.Outage(lock, node_, deadline)) return *outage;
    return {.outcome = Outcome::kOk, .value = store_.Current(key), .error = {}};
  }

  StoreReply Delete(const std::string&, Deadline) override {
    return {.outcome = Outcome::kFail, .value = {}, .error = "not supported"};
  }

  StoreReply CompareAndSet(const std::string& key,
                           const std::optional<std::string>& expected,
                           const std::string& value,
                           Deadline deadline) override {
    std::unique_lock lock(store_.mutex_);
    if (auto outage = store_.Outage(lock, node_, deadline)) return *outage;
    if (store_.Current(key) == expected) return store_.Apply(key, value);
    return {
        .outcome = Outcome::kOk, .value = {}, .applied = false, .error = {}};
  }

 private:
  FaultyStore& store_;
  const std::string node_;
};

inline std::unique_ptr<StoreClient> FaultyStore::Connect(Node& node) {
  const std::lock_guard lock(mutex_);
  if (down_.contains(node.name())) {
    throw CommandError(node.name() + ": connection refused");
  }
  return std::make_unique<Client>(*this, node.name());
}

}  // namespace faultline
