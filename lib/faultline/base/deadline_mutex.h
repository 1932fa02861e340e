#pragma once

#include <condition_variable>
#include <mutex>
#include <string>

#include "faultline/base/deadline.h"
#include "faultline/base/error.h"

namespace faultline::internal {

// A mutex that is waited for under a deadline, for what may be held during a
// wait. Made of a condition variable, because ThreadSanitizer of GCC 12 does
// not know std::timed_mutex.
class DeadlineMutex {
 public:
  void lock() {
    std::unique_lock lock(mutex_);
    free_.wait(lock, [this] { return !held_; });
    held_ = true;
  }
  bool try_lock_until(TimePoint at) {
    std::unique_lock lock(mutex_);
    if (!free_.wait_until(lock, at, [this] { return !held_; })) return false;
    held_ = true;
    return true;
  }
  void unlock() {
    {
      const std::lock_guard lock(mutex_);
      held_ = false;
    }
    free_.notify_one();
  }

 private:
  std::mutex mutex_;
  std::condition_variable free_;
  bool held_ = false;
};

// `mutex`, held by the deadline. Throws TimeoutError, which begins with
// `action`, if another thread still holds it then.
inline std::unique_lock<DeadlineMutex> LockBy(DeadlineMutex& mutex,
                                              Deadline deadline,
                                              const std::string& action) {
  std::unique_lock lock(mutex, deadline.at());
  if (!lock)
    throw TimeoutError(action + ": another thread was at it until then");
  return lock;
}

}  // namespace faultline::internal
