#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "faultline/base/deadline.h"

namespace faultline::internal {

// Calls `step` from a thread of its own at once and then each `period`, until
// destroyed. A step that throws is logged; missed steps are
// not retried.
class Repeater {
 public:
  Repeater(std::string name, Duration period, std::function<void()> step);
  ~Repeater();
  Repeater(const Repeater&) = delete;
  Repeater& operator=(const Repeater&) = delete;

 private:
  void Run() noexcept;
  void Step() noexcept;

  const std::string name_;
  const Duration period_;
  const std::function<void()> step_;
  std::mutex mutex_;
  std::condition_variable ending_;
  bool end_ = false;
  std::jthread thread_;
};

}  // namespace faultline::internal
