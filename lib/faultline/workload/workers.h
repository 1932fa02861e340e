#pragma once

#include <condition_variable>
#include <exception>
#include <functional>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "faultline/base/deadline.h"

namespace faultline::internal {

// The threads of one workload: stopped together, none lets an exception out
// (the first is kept). Thread-safe; destruction stops and joins.
class Workers {
 public:
  using Body = std::function<void(std::stop_token)>;

  ~Workers() { Stop(); }

  void Spawn(Body body);
  // Asks all to stop and waits for their end. A second call has no effect.
  void Stop() noexcept;
  void RethrowFirstFailure() const;

  // For the bodies: waits until `when`; false if a stop was asked for.
  bool PauseUntil(const std::stop_token& stop, TimePoint when);
  // Something happened that WaitFor may wait for. An `error` is kept.
  void Progressed() { progress_.notify_all(); }
  void NoteError(const std::string& error);

  // For the owner: waits until `condition` (called without lock) or a failure
  // of a thread, which is rethrown; false at the deadline.
  bool WaitFor(Deadline deadline, const std::function<bool()>& condition);
  std::string last_error() const;

 private:
  void Run(const Body& body, const std::stop_token& stop) noexcept;

  mutable std::mutex mutex_;
  std::condition_variable_any pause_;  // nobody notifies but a stop
  std::condition_variable_any progress_;
  std::exception_ptr failure_;
  std::string last_error_;
  std::vector<std::jthread> threads_;  // of the owner alone
};

}  // namespace faultline::internal
