#include "faultline/workload/kv/retrying_store_client.h"

#include <fmt/format.h>

#include <utility>

#include "faultline/base/error.h"

namespace faultline {
namespace {

StoreReply NotDone(Outcome outcome, std::string error) {
  StoreReply reply{.outcome = outcome};
  reply.error = std::move(error);
  return reply;
}

// Where another client's value stands, ours may have stood before.
StoreReply NobodyCanTell() {
  return NotDone(Outcome::kUnknown,
                 "another value stands there: ours may have stood before it");
}

}  // namespace

// A write of a value that is unique, carried out at most once.
class RetryingStoreClient::GuardedWrite {
 public:
  GuardedWrite(const std::string& key, const std::string& value)
      : key_(key), value_(value) {}
  GuardedWrite(const std::string& key,
               const std::optional<std::string>& expected,
               const std::string& value)
      : key_(key), value_(value), expects_(true), expected_(expected) {
    knows_ = true;
  }

  StoreReply Try(StoreClient& member, Deadline deadline, bool& is_final) {
    if (!knows_ || unsure_) {
      if (auto end = Look(member, deadline, is_final)) return *end;
    }
    StoreReply reply = member.CompareAndSet(key_, expected_, value_, deadline);
    if (reply.outcome == Outcome::kUnknown) unsure_ = true;
    if (reply.outcome != Outcome::kOk || reply.applied) return reply;
    if (unsure_) return NotDone(Outcome::kFail, "changed meanwhile");
    if (expects_) return reply;  // the caller's comparison did not hold
    knows_ = false;
    return NotDone(Outcome::kFail, "changed meanwhile");
  }

 private:
  // Nothing: it may be sent.
  std::optional<StoreReply> Look(StoreClient& member, Deadline deadline,
                                 bool& is_final) {
    StoreReply seen = member.Get(key_, ReadMode::kLinearizable, deadline);
    if (seen.outcome != Outcome::kOk)
      return NotDone(Outcome::kFail, "read before it: " + seen.error);
    if (!unsure_) {
      expected_ = seen.value;
      knows_ = true;
      return std::nullopt;
    }
    if (seen.value == expected_) return std::nullopt;
    if (seen.value == value_) return StoreReply{.outcome = Outcome::kOk};
    is_final = true;
    return NobodyCanTell();
  }

  const std::string key_;
  const std::string value_;
  const bool expects_ = false;  // `expected_` is the caller's
  std::optional<std::string> expected_;
  bool knows_ = false;   // `expected_` is there
  bool unsure_ = false;  // an attempt may have changed it, or may still do so
};

RetryingStoreClient::RetryingStoreClient(ReplicatedStore& store,
                                         const Options& options,
                                         RandomStream random, Clock& clock)
    : store_(store),
      options_(options),
      retrier_(options.policy, random, clock),
      member_(options.first_member) {}

Node& RetryingStoreClient::member() const {
  const std::vector<Node*> nodes = store_.nodes();
  if (nodes.empty()) throw CommandError("the store has no nodes");
  return *nodes[member_ % nodes.size()];
}

StoreReply RetryingStoreClient::AskMember(Deadline deadline, const Ask& ask,
                                          bool& is_final) {
  try {
    if (!connection_) connection_ = store_.Connect(member());
  } catch (const Error& error) {  // nothing was sent
    return NotDone(Outcome::kFail, error.what());
  }
  return ask(*connection_, deadline, is_final);
}

StoreReply RetryingStoreClient::Run(const std::string& what,
                                    AfterUnknown after_unknown,
                                    Deadline deadline, const Ask& ask) {
  StoreReply reply;
  ++requests_;
  const Retried retried = retrier_.Run(
      after_unknown, deadline, [&](int number, Duration paused, Deadline by) {
        const std::int64_t began =
            options_.attempts == nullptr ? 0 : options_.attempts->Now();
        Attempt attempt;
        reply = AskMember(by, ask, attempt.is_final);
        Note(what, number, began, paused, reply);
        attempt.outcome = reply.outcome;
        attempt.error = reply.error;
        if (reply.outcome != Outcome::kOk) {
          connection_.reset();
          ++member_;
        }
        return attempt;
      });
  reply.outcome = retried.outcome;
  reply.error = retried.error;
  return reply;
}

void RetryingStoreClient::Note(const std::string& what, int number,
                               std::int64_t began, Duration paused,
                               const StoreReply& reply) {
  if (options_.attempts == nullptr) return;
  options_.attempts->Add(
      {.request = fmt::format("{} #{}", options_.name, requests_),
       .what = what,
       .number = number,
       .node = store_.nodes().empty() ? "" : member().name(),
       .at_ns = began,
       .took_ns = options_.attempts->Now() - began,
       .paused_ns = paused.count(),
       .outcome = reply.outcome,
       .error = reply.error});
}

AfterUnknown RetryingStoreClient::AfterUnguarded() const {
  return options_.guard == WriteGuard::kAtLeastOnce ? AfterUnknown::kSendAgain
                                                    : AfterUnknown::kGiveUp;
}

StoreReply RetryingStoreClient::Put(const std::string& key,
                                    const std::string& value,
                                    Deadline deadline) {
  if (options_.guard == WriteGuard::kUniqueValues) {
    GuardedWrite write(key, value);
    return Run("write " + key, AfterUnknown::kSendAgain, deadline,
               [&](StoreClient& member, Deadline by, bool& is_final) {
                 return write.Try(member, by, is_final);
               });
  }
  return Run("write " + key, AfterUnguarded(), deadline,
             [&](StoreClient& member, Deadline by, bool&) {
               return member.Put(key, value, by);
             });
}

StoreReply RetryingStoreClient::Get(const std::string& key, ReadMode mode,
                                    Deadline deadline) {
  return Run("read " + key, AfterUnknown::kSendAgain, deadline,
             [&](StoreClient& member, Deadline by, bool&) {
               return member.Get(key, mode, by);
             });
}

StoreReply RetryingStoreClient::Delete(const std::string& key,
                                       Deadline deadline) {
  return Run("delete " + key, AfterUnguarded(), deadline,
             [&](StoreClient& member, Deadline by, bool&) {
               return member.Delete(key, by);
             });
}

StoreReply RetryingStoreClient::CompareAndSet(
    const std::string& key, const std::optional<std::string>& expected,
    const std::string& value, Deadline deadline) {
  if (options_.guard == WriteGuard::kUniqueValues) {
    GuardedWrite write(key, expected, value);
    return Run("cas " + key, AfterUnknown::kSendAgain, deadline,
               [&](StoreClient& member, Deadline by, bool& is_final) {
                 return write.Try(member, by, is_final);
               });
  }
  return Run("cas " + key, AfterUnguarded(), deadline,
             [&](StoreClient& member, Deadline by, bool&) {
               return member.CompareAndSet(key, expected, value, by);
             });
}

}  // namespace faultline
