#include "faultline/check/unique_values.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <functional>
#include <limits>
#include <string_view>
#include <tuple>

namespace faultline::internal {
namespace {

constexpr std::int64_t kEver = std::numeric_limits<std::int64_t>::max();
constexpr std::int64_t kBefore = std::numeric_limits<std::int64_t>::min();
constexpr std::uint32_t kNobody = std::numeric_limits<std::uint32_t>::max();

// A write and the reads of its value. `ends` is the earliest completion and
// `begins` the latest invocation among them: if ends < begins the register
// certainly has this value from the one to the other (a forward zone), else it
// has it somewhere in [begins, ends] (a backward zone).
struct Cluster {
  std::int64_t ends = kEver;
  std::int64_t begins = kBefore;
  std::int64_t first_read_ends = kEver;
  std::int64_t place = 0;  // in the linearization
  const std::string* value = nullptr;
  std::uint32_t ends_by = kNobody;
  std::uint32_t begins_by = kNobody;
  std::uint32_t first_read = kNobody;
  std::uint32_t writer = kNobody;
  std::uint32_t reads = 0;
  bool initial = false;
  bool written_again = false;

  bool forward() const { return ends < begins; }
  bool has_writer() const { return initial || writer != kNobody; }
  // An unknown write that nobody saw.
  bool dropped() const { return reads == 0 && ends_by == kNobody; }
};

// Clusters by value. Open addressing with small entries: in a long history the
// look-ups, most of them far from the cache, are most of the time that all
// takes.
class ClusterTable {
 public:
  explicit ClusterTable(std::size_t expected)
      : places_(std::bit_ceil(2 * expected + 2)) {}

  // The cluster of a value, to set if it is 0. `is` tells whether a cluster is
  // the value's.
  template <typename Is>
  std::uint32_t& Find(std::string_view value, const Is& is) {
    if (used_ * 2 > places_.size()) Grow();
    const auto tag =
        static_cast<std::uint32_t>(std::hash<std::string_view>()(value) >> 16);
    for (std::size_t at = tag & (places_.size() - 1);;
         at = (at + 1) & (places_.size() - 1)) {
      Place& place = places_[at];
      if (place.cluster == 0) {
        ++used_;
        place.tag = tag;
        return place.cluster;
      }
      if (place.tag == tag && is(place.cluster)) return place.cluster;
    }
  }

 private:
  struct Place {
    std::uint32_t tag = 0;  // of the hash, to compare before the value
    std::uint32_t cluster = 0;
  };

  void Grow() {
    std::vector<Place> old(places_.size() * 2);
    old.swap(places_);
    for (const Place& place : old) {
      if (place.cluster == 0) continue;
      std::size_t at = place.tag & (places_.size() - 1);
      while (places_[at].cluster != 0) at = (at + 1) & (places_.size() - 1);
      places_[at] = place;
    }
  }

  std::vector<Place> places_;
  std::size_t used_ = 0;
};

class UniqueValues {
 public:
  UniqueValues(const std::vector<Judged>& operations,
               const std::optional<std::string>& initial);

  UniqueValuesResult Decide();

 private:
  using Culprits = std::vector<std::size_t>;

  std::uint32_t ClusterOf(const std::optional<std::string>& value);
  void AddWrite(std::uint32_t index);
  void AddRead(std::uint32_t index);
  void Include(Cluster& cluster, std::uint32_t index) const;
  bool Unreadable() const;
  Culprits FindCulprits();
  Culprits FindMisread() const;
  Culprits Contradiction(const Cluster& a, const Cluster& b) const;
  Culprits FindOverlap();
  Culprits PlaceBackward(Cluster& cluster);
  std::vector<std::size_t> Order();
  void SortReads(std::vector<std::size_t>& order, std::size_t begin) const;

  const std::vector<Judged>& operations_;
  ClusterTable by_value_;
  std::vector<Cluster> clusters_;  // 0: no value (the key is absent)
  std::vector<std::uint32_t> cluster_of_;
  std::vector<std::uint32_t> forward_;  // clusters, by `ends`
  bool applicable_ = true;
};

UniqueValues::UniqueValues(const std::vector<Judged>& operations,
                           const std::optional<std::string>& initial)
    : operations_(operations), by_value_(operations.size() / 2), clusters_(1) {
  clusters_.reserve(operations.size() / 2);
  cluster_of_.resize(operations.size());
  clusters_[ClusterOf(initial)].initial = true;
  const auto count = static_cast<std::uint32_t>(operations.size());
  for (std::uint32_t i = 0; i < count && applicable_; ++i) {
    switch (operations[i].operation->kind) {
      case OperationKind::kRead:
        AddRead(i);
        break;
      case OperationKind::kWrite:
      case OperationKind::kDelete:
        AddWrite(i);
        break;
      default:
        applicable_ = false;
    }
  }
}

// `value` must outlive this.
std::uint32_t UniqueValues::ClusterOf(const std::optional<std::string>& value) {
  if (!value) return 0;
  std::uint32_t& number = by_value_.Find(*value, [&](std::uint32_t cluster) {
    return *clusters_[cluster].value == *value;
  });
  if (number == 0) {
    number = static_cast<std::uint32_t>(clusters_.size());
    clusters_.emplace_back().value = &*value;
  }
  return number;
}

void UniqueValues::Include(Cluster& cluster, std::uint32_t index) const {
  const Judged& judged = operations_[index];
  if (judged.known && judged.operation->completed_ns <= cluster.ends) {
    cluster.ends = judged.operation->completed_ns;
    cluster.ends_by = index;
  }
  if (judged.operation->invoked_ns > cluster.begins) {
    cluster.begins = judged.operation->invoked_ns;
    cluster.begins_by = index;
  }
}

void UniqueValues::AddWrite(std::uint32_t index) {
  const Operation& write = *operations_[index].operation;
  const bool deletes = write.kind == OperationKind::kDelete;
  std::uint32_t number = deletes ? 0 : ClusterOf(write.value);
  if (clusters_[number].has_writer()) {
    // Decidable only if nobody read the value: then each writer stands alone.
    clusters_[number].written_again = true;
    number = static_cast<std::uint32_t>(clusters_.size());
    clusters_.emplace_back();
  }
  Cluster& cluster = clusters_[number];
  cluster.writer = index;
  cluster_of_[index] = number;
  Include(cluster, index);
}

void UniqueValues::AddRead(std::uint32_t index) {
  // A read whose outcome is forgotten says nothing.
  if (!operations_[index].known) {
    cluster_of_[index] = kNobody;
    return;
  }
  const Operation& read = *operations_[index].operation;
  Cluster& cluster = clusters_[cluster_of_[index] = ClusterOf(read.value)];
  ++cluster.reads;
  if (read.completed_ns < cluster.first_read_ends) {
    cluster.first_read_ends = read.completed_ns;
    cluster.first_read = index;
  }
  Include(cluster, index);
}

bool UniqueValues::Unreadable() const {
  return !applicable_ ||
         std::any_of(clusters_.begin(), clusters_.end(),
                     [](const Cluster& cluster) {
                       return cluster.written_again && cluster.reads > 0;
                     });
}

// A read of what nobody wrote, or before its write was invoked.
UniqueValues::Culprits UniqueValues::FindMisread() const {
  for (const Cluster& cluster : clusters_) {
    if (cluster.reads == 0 || cluster.initial) continue;
    if (cluster.writer == kNobody) return {cluster.first_read};
    if (cluster.first_read_ends <
        operations_[cluster.writer].operation->invoked_ns) {
      return {cluster.first_read, cluster.writer};
    }
  }
  return {};
}

// Each has an operation that completed before one of the other was invoked:
// neither value can come first.
UniqueValues::Culprits UniqueValues::Contradiction(const Cluster& a,
                                                   const Cluster& b) const {
  Culprits culprits;
  for (const std::uint32_t index :
       {a.writer, a.ends_by, a.begins_by, b.writer, b.ends_by, b.begins_by}) {
    if (index != kNobody) culprits.push_back(index);
  }
  std::sort(culprits.begin(), culprits.end());
  culprits.erase(std::unique(culprits.begin(), culprits.end()), culprits.end());
  return culprits;
}

UniqueValues::Culprits UniqueValues::FindOverlap() {
  std::sort(forward_.begin(), forward_.end(),
            [this](std::uint32_t a, std::uint32_t b) {
              return clusters_[a].ends < clusters_[b].ends;
            });
  for (std::size_t i = 1; i < forward_.size(); ++i) {
    const Cluster& before = clusters_[forward_[i - 1]];
    const Cluster& after = clusters_[forward_[i]];
    if (after.ends < before.begins) return Contradiction(before, after);
  }
  return {};
}

// The latest of the disjoint forward zones that begins before this zone does
// is the only one that may contain it.
UniqueValues::Culprits UniqueValues::PlaceBackward(Cluster& cluster) {
  cluster.place = cluster.begins;
  const auto next = std::partition_point(
      forward_.begin(), forward_.end(), [&](std::uint32_t number) {
        return clusters_[number].ends < cluster.begins;
      });
  if (next == forward_.begin()) return {};
  const Cluster& zone = clusters_[*std::prev(next)];
  if (zone.begins <= cluster.begins) return {};
  if (cluster.ends < zone.begins) return Contradiction(cluster, zone);
  cluster.place = zone.begins;
  return {};
}

UniqueValues::Culprits UniqueValues::FindCulprits() {
  if (Culprits misread = FindMisread(); !misread.empty()) return misread;
  for (std::uint32_t i = 0; i < clusters_.size(); ++i) {
    Cluster& cluster = clusters_[i];
    // The initial value was written before everything.
    if (cluster.initial) cluster.ends = kBefore;
    if (cluster.initial) cluster.ends_by = kNobody;
    if (!cluster.dropped() && cluster.forward()) forward_.push_back(i);
    cluster.place = cluster.ends;
  }
  if (Culprits overlap = FindOverlap(); !overlap.empty()) return overlap;
  for (Cluster& cluster : clusters_) {
    if (cluster.dropped() || cluster.forward()) continue;
    Culprits inside = PlaceBackward(cluster);
    if (!inside.empty()) return inside;
  }
  return {};
}

void UniqueValues::SortReads(std::vector<std::size_t>& order,
                             std::size_t begin) const {
  const auto earlier = [this](std::size_t a, std::size_t b) {
    return operations_[a].operation->invoked_ns <
           operations_[b].operation->invoked_ns;
  };
  const auto first = order.begin() + static_cast<std::ptrdiff_t>(begin);
  if (!std::is_sorted(first, order.end(), earlier)) {
    std::sort(first, order.end(), earlier);
  }
}

std::vector<std::size_t> UniqueValues::Order() {
  // The reads of each cluster, as one array.
  std::vector<std::uint32_t> ends(clusters_.size() + 1, 0);
  for (std::size_t i = 0; i < clusters_.size(); ++i) {
    ends[i + 1] = ends[i] + clusters_[i].reads;
  }
  std::vector<std::uint32_t> reads(ends.back());
  for (std::uint32_t i = 0; i < operations_.size(); ++i) {
    const bool read = operations_[i].operation->kind == OperationKind::kRead;
    if (read && cluster_of_[i] != kNobody) reads[ends[cluster_of_[i]]++] = i;
  }
  // At one place backward zones come first.
  std::vector<std::tuple<std::int64_t, bool, std::uint32_t>> places;
  places.reserve(clusters_.size());
  for (std::uint32_t i = 0; i < clusters_.size(); ++i) {
    const Cluster& cluster = clusters_[i];
    if (cluster.dropped()) continue;
    places.emplace_back(cluster.place, cluster.forward(), i);
  }
  std::sort(places.begin(), places.end());
  std::vector<std::size_t> order;
  order.reserve(operations_.size());
  for (const auto& [place, forward, number] : places) {
    const Cluster& cluster = clusters_[number];
    if (cluster.writer != kNobody) order.push_back(cluster.writer);
    const std::size_t begin = order.size();
    const std::uint32_t end = ends[number];
    for (std::uint32_t i = end - cluster.reads; i < end; ++i) {
      order.push_back(reads[i]);
    }
    SortReads(order, begin);
  }
  return order;
}

UniqueValuesResult UniqueValues::Decide() {
  UniqueValuesResult result;
  if (Unreadable()) return result;
  result.applicable = true;
  result.culprits = FindCulprits();
  result.holds = result.culprits.empty();
  if (result.holds) result.order = Order();
  return result;
}

}  // namespace

UniqueValuesResult DecideUniqueValues(
    const std::vector<Judged>& operations,
    const std::optional<std::string>& initial) {
  return UniqueValues(operations, initial).Decide();
}

}  // namespace faultline::internal
