#pragma once

#include <functional>
#include <memory>
#include <string>

#include "faultline/service/replicated_store.h"
#include "faultline/workload/retry/attempt_recorder.h"
#include "faultline/workload/retry/retrier.h"

namespace faultline {

// What keeps a write from happening twice when it is sent again after an answer
// that never came.
enum class WriteGuard {
  // Nothing: it is not sent again. The client is told that it is not known.
  kNone,
  // The caller writes no value twice and deletes no key that it writes. A put
  // is then a compare-and-set on what was there before, of which one at most
  // takes effect however many are sent, and a read tells whether one did. Where
  // another client wrote the key meanwhile, nobody can tell: it stays unknown.
  kUniqueValues,
  // The contract is "at least once": it is sent again, and may happen again.
  kAtLeastOnce,
};

// One client of a store over all its members and changes of the leader: a
// request that failed is tried again through the next member, by a policy. It
// is a StoreClient, so what takes one takes this; a deadline is that of the
// whole request. Used by one thread. Store and recorder outlive it.
class RetryingStoreClient : public StoreClient {
 public:
  struct Options {
    RetryPolicy policy = {};
    WriteGuard guard = WriteGuard::kNone;
    std::size_t first_member = 0;
    std::string name = "client";          // leads the names of its requests
    AttemptRecorder* attempts = nullptr;  // null: nothing is recorded
  };

  // Throws UsageError for a policy that is not usable.
  RetryingStoreClient(ReplicatedStore& store, const Options& options,
                      RandomStream random, Clock& clock = Clock::Steady());

  StoreReply Put(const std::string& key, const std::string& value,
                 Deadline deadline) override;
  // Has no effect, so it is always tried again.
  StoreReply Get(const std::string& key, ReadMode mode,
                 Deadline deadline) override;
  // No guard covers it: with kNone and kUniqueValues it is sent again only if
  // it certainly did nothing.
  StoreReply Delete(const std::string& key, Deadline deadline) override;
  StoreReply CompareAndSet(const std::string& key,
                           const std::optional<std::string>& expected,
                           const std::string& value,
                           Deadline deadline) override;

 private:
  // One request to one member. `is_final` may be set.
  using Ask = std::function<StoreReply(StoreClient&, Deadline, bool& is_final)>;
  class GuardedWrite;

  StoreReply Run(const std::string& what, AfterUnknown after_unknown,
                 Deadline deadline, const Ask& ask);
  StoreReply AskMember(Deadline deadline, const Ask& ask, bool& is_final);
  Node& member() const;
  void Note(const std::string& what, int number, std::int64_t began,
            Duration paused, const StoreReply& reply);
  AfterUnknown AfterUnguarded() const;

  ReplicatedStore& store_;
  const Options options_;
  Retrier retrier_;
  std::size_t member_;
  std::unique_ptr<StoreClient> connection_;
  std::int64_t requests_ = 0;
};

}  // namespace faultline
