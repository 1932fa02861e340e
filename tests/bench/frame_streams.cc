#include "bench/frame_streams.h"

#include <algorithm>

#include "faultline/base/error.h"
#include "faultline/base/eventually.h"

namespace faultline::bench {

FrameStreams::FrameStreams(std::size_t streams, Duration interval, Send send)
    : streams_(streams),
      interval_(interval),
      send_(std::move(send)),
      thread_([this](const std::stop_token& stop) { Run(stop); }) {}

FrameStreams::~FrameStreams() = default;

void FrameStreams::Run(const std::stop_token& stop) {
  TimePoint next = std::chrono::steady_clock::now();
  while (!stop.stop_requested()) {
    std::size_t number = 0;
    {
      const std::lock_guard lock(mutex_);
      number = frames_.size();
      frames_.push_back({.sent = std::chrono::steady_clock::now(),
                         .arrived = Arrivals(streams_)});
    }
    for (std::size_t stream = 0; stream < streams_; ++stream)
      send_(stream, static_cast<std::uint32_t>(number));
    next = std::max(next + interval_, std::chrono::steady_clock::now());
    std::this_thread::sleep_until(next);
  }
}

void FrameStreams::Arrived(std::size_t stream, std::uint32_t number) {
  const std::lock_guard lock(mutex_);
  if (number >= frames_.size() || stream >= streams_) return;
  auto& arrived = frames_[number].arrived[stream];
  if (!arrived) arrived = std::chrono::steady_clock::now();
}

// The youngest frames may be on their way still.
void FrameStreams::WaitUntil(bool all_arrive, Duration on_its_way, int in_a_row,
                             Deadline deadline) const {
  const TimePoint begin = std::chrono::steady_clock::now();
  const auto as_wanted = [&](const Frame& frame) {
    return std::ranges::all_of(frame.arrived, [&](const auto& arrived) {
      return arrived.has_value() == all_arrive;
    });
  };
  Eventually(
      deadline, all_arrive ? "all frames arrive" : "no frame arrives", [&] {
        const std::lock_guard lock(mutex_);
        const TimePoint settled = std::chrono::steady_clock::now() - on_its_way;
        int row = 0;
        for (auto i = FirstSince(begin); i < frames_.size(); ++i) {
          if (frames_[i].sent > settled) break;
          row = as_wanted(frames_[i]) ? row + 1 : 0;
        }
        return row >= in_a_row;
      });
}

std::size_t FrameStreams::FirstSince(TimePoint begin) const {
  const auto first = std::ranges::lower_bound(frames_, begin, {}, &Frame::sent);
  return static_cast<std::size_t>(first - frames_.begin());
}

std::vector<TimePoint> FrameStreams::Silences(TimePoint begin) const {
  const std::lock_guard lock(mutex_);
  std::vector<TimePoint> silences;
  for (std::size_t stream = 0; stream < streams_; ++stream) {
    std::size_t lost = FirstSince(begin);
    for (std::size_t i = lost; i < frames_.size(); ++i)
      if (frames_[i].arrived[stream]) lost = i + 1;
    if (lost >= frames_.size()) throw Error("a stream did not fall silent");
    silences.push_back(frames_[lost].sent);
  }
  return silences;
}

std::vector<TimePoint> FrameStreams::FirstArrivals(TimePoint begin) const {
  const std::lock_guard lock(mutex_);
  std::vector<TimePoint> arrivals;
  for (std::size_t stream = 0; stream < streams_; ++stream) {
    const auto first = std::find_if(
        frames_.begin() + static_cast<std::ptrdiff_t>(FirstSince(begin)),
        frames_.end(),
        [&](const Frame& frame) { return frame.arrived[stream].has_value(); });
    if (first == frames_.end()) throw Error("no frame arrived on a stream");
    arrivals.push_back(*first->arrived[stream]);
  }
  return arrivals;
}

}  // namespace faultline::bench
