#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <vector>

#include "faultline/base/deadline.h"

namespace faultline::bench {

// Frames that are sent again and again on several streams at once, and when
// each came through: what the network does, on one clock and by nobody's word.
// Sends from a thread of its own; Arrived is called by any thread.
class FrameStreams {
 public:
  using Send = std::function<void(std::size_t stream, std::uint32_t number)>;

  // Sends one frame on each stream every `interval` until destroyed.
  FrameStreams(std::size_t streams, Duration interval, Send send);
  ~FrameStreams();
  FrameStreams(const FrameStreams&) = delete;
  FrameStreams& operator=(const FrameStreams&) = delete;

  void Arrived(std::size_t stream, std::uint32_t number);

  // Returns when so many frames in a row, sent from now on and at least
  // `on_its_way` ago, came through on all streams (true) or on none (false).
  // Throws TimeoutError.
  void WaitUntil(bool all_arrive, Duration on_its_way, int in_a_row,
                 Deadline deadline) const;

  // For each stream, of the frames sent since `begin`: when the first was sent
  // after which none arrived; when the first arrived.
  std::vector<TimePoint> Silences(TimePoint begin) const;
  std::vector<TimePoint> FirstArrivals(TimePoint begin) const;

 private:
  using Arrivals = std::vector<std::optional<TimePoint>>;  // by stream
  struct Frame {
    TimePoint sent;
    Arrivals arrived;
  };

  void Run(const std::stop_token& stop);
  std::size_t FirstSince(TimePoint begin) const;

  const std::size_t streams_;
  const Duration interval_;
  const Send send_;
  mutable std::mutex mutex_;
  std::vector<Frame> frames_;
  std::jthread thread_;
};

}  // namespace faultline::bench
