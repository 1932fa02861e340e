#include "faultline/workload/workers.h"

#include <chrono>
#include <utility>

namespace faultline::internal {
namespace {

// A notification without the lock may be missed; then this bounds the delay.
constexpr std::chrono::milliseconds kLongestBlindWait{20};

}  // namespace

void Workers::Spawn(Body body) {
  threads_.emplace_back([this, body = std::move(body)](
                            const std::stop_token& stop) { Run(body, stop); });
}

void Workers::Run(const Body& body, const std::stop_token& stop) noexcept {
  try {
    body(stop);
  } catch (...) {
    const std::lock_guard lock(mutex_);
    if (!failure_) failure_ = std::current_exception();
  }
  Progressed();
}

void Workers::Stop() noexcept {
  for (std::jthread& thread : threads_) thread.request_stop();
  threads_.clear();  // joins
}

void Workers::RethrowFirstFailure() const {
  const std::lock_guard lock(mutex_);
  if (failure_) std::rethrow_exception(failure_);
}

bool Workers::PauseUntil(const std::stop_token& stop, TimePoint when) {
  std::unique_lock lock(mutex_);
  pause_.wait_until(lock, stop, when, [] { return false; });
  return !stop.stop_requested();
}

void Workers::NoteError(const std::string& error) {
  const std::lock_guard lock(mutex_);
  last_error_ = error;
}

bool Workers::WaitFor(Deadline deadline,
                      const std::function<bool()>& condition) {
  while (true) {
    RethrowFirstFailure();
    if (condition()) return true;
    if (deadline.Expired()) return false;
    std::unique_lock lock(mutex_);
    progress_.wait_until(lock, deadline.Capped(kLongestBlindWait).at());
  }
}

std::string Workers::last_error() const {
  const std::lock_guard lock(mutex_);
  return last_error_.empty() ? "none" : last_error_;
}

}  // namespace faultline::internal
