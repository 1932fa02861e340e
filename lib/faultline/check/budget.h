#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace faultline::internal {

// What all threads of one check may use together. Thread-safe.
class Budget {
 public:
  enum class Stop : std::uint8_t { kNone, kTime, kMemory, kCancelled };

  Budget(std::chrono::milliseconds time, std::uint64_t memory_bytes)
      : deadline_(std::chrono::steady_clock::now() + time),
        memory_bytes_(memory_bytes) {}

  // Call now and then, not for every state: it reads the clock.
  Stop Check() const {
    if (cancelled_.load(std::memory_order_relaxed)) return Stop::kCancelled;
    if (used_bytes_.load(std::memory_order_relaxed) > memory_bytes_) {
      return Stop::kMemory;
    }
    return std::chrono::steady_clock::now() > deadline_ ? Stop::kTime
                                                        : Stop::kNone;
  }
  void Cancel() { cancelled_ = true; }
  void Take(std::uint64_t bytes) { used_bytes_ += bytes; }
  void GiveBack(std::uint64_t bytes) { used_bytes_ -= bytes; }

 private:
  const std::chrono::steady_clock::time_point deadline_;
  const std::uint64_t memory_bytes_;
  std::atomic<std::uint64_t> used_bytes_ = 0;
  std::atomic<bool> cancelled_ = false;
};

}  // namespace faultline::internal
