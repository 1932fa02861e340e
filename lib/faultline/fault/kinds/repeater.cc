#include "faultline/fault/kinds/repeater.h"

#include <fmt/format.h>

#include "faultline/base/log.h"

namespace faultline::internal {

Repeater::Repeater(std::string name, Duration period,
                   std::function<void()> step)
    : name_(std::move(name)),
      period_(period),
      step_(std::move(step)),
      thread_([this] { Run(); }) {}

Repeater::~Repeater() {
  {
    const std::lock_guard lock(mutex_);
    end_ = true;
  }
  ending_.notify_all();
}

void Repeater::Run() noexcept {
  TimePoint next = std::chrono::steady_clock::now();
  std::unique_lock lock(mutex_);
  while (!end_) {
    lock.unlock();
    Step();
    lock.lock();
    next += period_;
    ending_.wait_until(lock, next, [this] { return end_; });
  }
}

void Repeater::Step() noexcept {
  try {
    step_();
  } catch (const std::exception& error) {
    Log(LogLevel::kInfo, fmt::format("{}: {}", name_, error.what()));
  }
}

}  // namespace faultline::internal
