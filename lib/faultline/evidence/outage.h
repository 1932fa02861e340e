#pragma once

#include <cstdint>
#include <vector>

namespace faultline {

// One probe of a fixed-rate series: due at `due_ns`, answered (if it was) at
// `answered_ns`.
struct Probe {
  std::int64_t due_ns = 0;
  std::int64_t answered_ns = 0;
  bool answered = false;
};

// From when the first failed probe was due until the first success after it was
// answered.
struct Outage {
  std::int64_t begin_ns = 0;
  std::int64_t end_ns = 0;
  bool ended = false;  // false: still down at the last probe
  std::int64_t length_ns() const { return end_ns - begin_ns; }
};

// When a service may be down: what was done to it leaves it no other choice.
struct Downtime {
  std::int64_t from_ns = 0;
  std::int64_t until_ns = 0;

  friend bool operator==(const Downtime&, const Downtime&) = default;
};

// Maximal runs of failed probes, in order. Probes are sorted by due time.
std::vector<Outage> FindOutages(const std::vector<Probe>& probes);

}  // namespace faultline
