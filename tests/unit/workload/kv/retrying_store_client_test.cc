#include "faultline/workload/kv/retrying_store_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <functional>
#include <map>
#include <utility>

#include "faultline/base/error.h"
#include "support/fake_clock.h"
#include "support/fake_store.h"
#include "support/scratch_directory.h"

namespace faultline {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// What becomes of the next write that is sent.
enum class Fate {
  kDone,
  kRefused,      // kFail, not done
  kDoneUntold,   // kUnknown, done
  kLostUntold,   // kUnknown, not done
  kLaterUntold,  // kUnknown, done just before the next write
};

// A store whose writes follow a script; without one they are done.
class ScriptedStore : public FakeStore {
 public:
  ScriptedStore() : FakeStore(3) {}

  std::unique_ptr<StoreClient> Connect(Node& node) override {
    if (down == node.name()) throw CommandError(node.name() + ": is off");
    return std::make_unique<Client>(*this);
  }

  std::deque<Fate> fates;
  std::string down;
  std::map<std::string, std::string> values;
  std::vector<std::string> written;  // each that took effect
  std::function<void()> before_write = [] {};

 private:
  class Client : public StoreClient {
   public:
    explicit Client(ScriptedStore& store) : store_(store) {}

    StoreReply Put(const std::string& key, const std::string& value,
                   Deadline) override {
      return store_.Write([=, this] { return store_.Set(key, value); });
    }
    StoreReply Get(const std::string& key, ReadMode, Deadline) override {
      StoreReply reply{.outcome = Outcome::kOk};
      reply.value = store_.Find(key);
      return reply;
    }
    StoreReply Delete(const std::string& key, Deadline) override {
      return store_.Write([=, this] {
        store_.values.erase(key);
        return true;
      });
    }
    StoreReply CompareAndSet(const std::string& key,
                             const std::optional<std::string>& expected,
                             const std::string& value, Deadline) override {
      return store_.Write([=, this] {
        return store_.Find(key) == expected && store_.Set(key, value);
      });
    }

   private:
    ScriptedStore& store_;
  };

  std::optional<std::string> Find(const std::string& key) const {
    const auto found = values.find(key);
    if (found == values.end()) return std::nullopt;
    return found->second;
  }

  bool Set(const std::string& key, const std::string& value) {
    values[key] = value;
    written.push_back(value);
    return true;
  }

  StoreReply Write(const std::function<bool()>& apply) {
    before_write();
    if (late_) std::exchange(late_, nullptr)();
    const Fate fate = fates.empty() ? Fate::kDone : fates.front();
    if (!fates.empty()) fates.pop_front();
    StoreReply reply{.outcome = Outcome::kUnknown};
    reply.error = "no answer";
    if (fate == Fate::kRefused) reply.outcome = Outcome::kFail;
    if (fate == Fate::kDoneUntold) apply();
    if (fate == Fate::kLaterUntold) late_ = apply;
    if (fate != Fate::kDone) return reply;
    return {.outcome = Outcome::kOk, .applied = apply()};
  }

  std::function<bool()> late_;
};

class RetryingClient : public testing::Test {
 protected:
  StoreReply Put(WriteGuard guard, const std::string& value = "v1") {
    RetryingStoreClient client(store_, Options(guard), RandomStream(1, 1),
                               clock_);
    return client.Put("k", value, clock_.In(1min));
  }

  RetryingStoreClient::Options Options(WriteGuard guard) {
    return {.policy = {.most_attempts = 4, .jitter = 0},
            .guard = guard,
            .name = "c1",
            .attempts = &attempts_};
  }

  ScratchDirectory scratch_;
  Recorder recorder_{scratch_.path() / "history.jsonl", {}};
  AttemptRecorder attempts_{scratch_.path() / "attempts.jsonl", recorder_};
  ScriptedStore store_;
  FakeClock clock_;
};

TEST_F(RetryingClient, GoesOnThroughTheNextMember) {
  store_.down = "node1";
  EXPECT_EQ(Put(WriteGuard::kNone).outcome, Outcome::kOk);
  const auto attempts = attempts_.Snapshot();
  ASSERT_EQ(attempts.size(), 2U);
  EXPECT_EQ(attempts[0].node, "node1");
  EXPECT_EQ(attempts[0].error, "node1: is off");
  EXPECT_EQ(attempts[1].node, "node2");
  EXPECT_EQ(attempts[1].request, attempts[0].request);
  EXPECT_EQ(attempts[1].paused_ns, Duration(50ms).count());
}

TEST_F(RetryingClient, WithoutAGuardSendsNothingTwiceThatMayHaveHappened) {
  store_.fates = {Fate::kRefused, Fate::kDoneUntold};
  const StoreReply reply = Put(WriteGuard::kNone);
  EXPECT_EQ(reply.outcome, Outcome::kUnknown);
  EXPECT_THAT(reply.error, HasSubstr("no answer"));
  EXPECT_THAT(store_.written, ElementsAre("v1"));
}

TEST_F(RetryingClient, AtLeastOnceMayWriteTwice) {
  store_.fates = {Fate::kDoneUntold};
  EXPECT_EQ(Put(WriteGuard::kAtLeastOnce).outcome, Outcome::kOk);
  EXPECT_THAT(store_.written, ElementsAre("v1", "v1"));
}

TEST_F(RetryingClient, AGuardedWriteHappensOnceWhateverIsNotTold) {
  const std::vector<std::deque<Fate>> scripts = {
      {},
      {Fate::kRefused},
      {Fate::kDoneUntold},
      {Fate::kLostUntold},
      {Fate::kLaterUntold},
      {Fate::kLostUntold, Fate::kLaterUntold},
      {Fate::kLaterUntold, Fate::kRefused}};
  for (const std::deque<Fate>& script : scripts) {
    store_.values = {{"k", "v0"}};
    store_.written.clear();
    store_.fates = script;
    EXPECT_EQ(Put(WriteGuard::kUniqueValues).outcome, Outcome::kOk);
    EXPECT_THAT(store_.written, ElementsAre("v1"));
  }
}

TEST_F(RetryingClient, AGuardedWriteThatAnotherOvertookStaysUnknown) {
  store_.values = {{"k", "v0"}};
  store_.fates = {Fate::kLostUntold};
  store_.before_write = [this] { store_.values["k"] = "another's"; };
  const StoreReply reply = Put(WriteGuard::kUniqueValues);
  EXPECT_EQ(reply.outcome, Outcome::kUnknown);
  EXPECT_THAT(reply.error, HasSubstr("another value stands there"));
  EXPECT_THAT(store_.written, IsEmpty());
}

TEST_F(RetryingClient, AComparisonThatDoesNotHoldIsAnAnswer) {
  store_.values = {{"k", "other"}};
  RetryingStoreClient client(store_, Options(WriteGuard::kUniqueValues),
                             RandomStream(1, 1), clock_);
  const StoreReply reply =
      client.CompareAndSet("k", "v0", "v1", clock_.In(1min));
  EXPECT_EQ(reply.outcome, Outcome::kOk);
  EXPECT_FALSE(reply.applied);
  EXPECT_EQ(attempts_.Snapshot().size(), 1U);
}

TEST_F(RetryingClient, CountsWhatItsAttemptsCameTo) {
  store_.fates = {Fate::kRefused, Fate::kRefused, Fate::kDone,   Fate::kRefused,
                  Fate::kRefused, Fate::kRefused, Fate::kRefused};
  RetryingStoreClient client(store_, Options(WriteGuard::kNone),
                             RandomStream(1, 1), clock_);
  EXPECT_EQ(client.Put("k", "v1", clock_.In(1min)).outcome, Outcome::kOk);
  EXPECT_EQ(client.Put("k", "v2", clock_.In(1min)).outcome, Outcome::kFail);
  EXPECT_EQ(client.Put("k", "v3", clock_.In(1min)).outcome, Outcome::kOk);
  const RetryCounts counts = CountRetries(attempts_.Snapshot());
  EXPECT_EQ(counts.requests, 3);
  EXPECT_EQ(counts.attempts, 8);
  EXPECT_EQ(counts.retried, 2);
  EXPECT_EQ(counts.recovered, 1);
  EXPECT_EQ(counts.retries_of_recovered, 2);
  EXPECT_EQ(counts.most_attempts, 4);
  EXPECT_EQ(counts.most_a_second, 8);
  EXPECT_EQ(counts.longest_pause_ns, Duration(200ms).count());
}

}  // namespace
}  // namespace faultline
