#include <fmt/format.h>

#include <algorithm>

#include "faultline/check/availability.h"
#include "faultline/check/describe.h"

namespace faultline {
namespace {

using internal::TimeText;

Outage WorstOutage(const std::vector<Outage>& outages) {
  Outage worst{0, 0, true};
  for (const Outage& outage : outages) {
    if (!outage.ended) return outage;
    if (outage.length_ns() > worst.length_ns()) worst = outage;
  }
  return worst;
}

// The smallest length that `percent` of all do not exceed (nearest rank).
std::int64_t Percentile(const std::vector<std::int64_t>& sorted,
                        std::size_t percent) {
  const std::size_t rank = (sorted.size() * percent + 99) / 100;
  return sorted[std::max<std::size_t>(rank, 1) - 1];
}

}  // namespace

OutageDistribution DescribeOutages(
    const std::vector<std::vector<Probe>>& repetitions) {
  std::vector<std::vector<Outage>> outages;
  outages.reserve(repetitions.size());
  for (const std::vector<Probe>& probes : repetitions)
    outages.push_back(FindOutages(probes));
  return DescribeOutages(outages);
}

OutageDistribution DescribeOutages(
    const std::vector<std::vector<Outage>>& repetitions) {
  OutageDistribution distribution;
  if (repetitions.empty()) return distribution;
  std::vector<std::int64_t> lengths;
  for (const std::vector<Outage>& outages : repetitions) {
    const Outage worst = WorstOutage(outages);
    lengths.push_back(worst.length_ns());
    if (!worst.ended) ++distribution.unrecovered;
  }
  std::sort(lengths.begin(), lengths.end());
  distribution.repetitions = static_cast<std::int64_t>(lengths.size());
  distribution.min_ns = lengths.front();
  distribution.median_ns = Percentile(lengths, 50);
  distribution.p95_ns = Percentile(lengths, 95);
  distribution.max_ns = lengths.back();
  return distribution;
}

std::string ToText(const OutageDistribution& distribution) {
  std::string text = fmt::format(
      "worst outage: min {}, median {}, p95 {}, max {} (n={})",
      TimeText(distribution.min_ns), TimeText(distribution.median_ns),
      TimeText(distribution.p95_ns), TimeText(distribution.max_ns),
      distribution.repetitions);
  if (distribution.unrecovered > 0) {
    text += fmt::format(", {} never ended", distribution.unrecovered);
  }
  return text;
}

Verdict CheckRecoveries(const std::vector<std::vector<Probe>>& repetitions,
                        std::int64_t limit_ns) {
  const std::string property = fmt::format(
      "every outage of every repetition ends within {}", TimeText(limit_ns));
  Verdict all{Judgement::kHolds, property, {}};
  for (std::size_t i = 0; i < repetitions.size(); ++i) {
    const Verdict one = CheckRecovery(repetitions[i], limit_ns);
    if (one.Holds()) continue;
    if (all.judgement != Judgement::kViolated) all.judgement = one.judgement;
    for (const std::string& line : one.evidence) {
      all.evidence.push_back(fmt::format("repetition {}: {}", i + 1, line));
    }
  }
  if (repetitions.empty()) {
    return internal::Inconclusive(property, "no repetitions");
  }
  all.evidence.push_back(ToText(DescribeOutages(repetitions)));
  return all;
}

}  // namespace faultline
