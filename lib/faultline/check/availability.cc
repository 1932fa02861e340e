#include "faultline/check/availability.h"

#include <fmt/format.h>

#include <algorithm>

#include "faultline/check/describe.h"

namespace faultline {
namespace {

std::string Describe(const Outage& outage) {
  return fmt::format("down from {} {} {} ({})",
                     internal::TimeText(outage.begin_ns),
                     outage.ended ? "until" : "and still at the last probe at",
                     internal::TimeText(outage.end_ns),
                     internal::TimeText(outage.length_ns()));
}

std::string Summary(const std::vector<Probe>& probes,
                    const std::vector<Outage>& outages) {
  if (outages.empty()) {
    return fmt::format("all {} probes answered", probes.size());
  }
  const auto longest = std::max_element(outages.begin(), outages.end(),
                                        [](const Outage& a, const Outage& b) {
                                          return a.length_ns() < b.length_ns();
                                        });
  return fmt::format("{} probes, outages: {}, the longest {}", probes.size(),
                     outages.size(), Describe(*longest));
}

}  // namespace

Verdict CheckRecovery(const std::vector<Probe>& probes, std::int64_t limit_ns) {
  const std::string property =
      fmt::format("every outage ends within {}", internal::TimeText(limit_ns));
  if (probes.empty()) return internal::Inconclusive(property, "no probes");
  if (!probes.front().answered) {
    return internal::Inconclusive(
        property,
        "the first probe failed: the service was never seen working "
        "before the fault");
  }
  const std::vector<Outage> outages = FindOutages(probes);
  internal::Evidence evidence;
  for (const Outage& outage : outages) {
    if (outage.ended && outage.length_ns() <= limit_ns) continue;
    evidence.Add(Describe(outage));
  }
  return evidence.Judge(property, Summary(probes, outages));
}

Verdict ExcuseStarvedMachines(Verdict recovery, double processor_wait) {
  if (recovery.judgement != Judgement::kViolated ||
      processor_wait <= kStarvedWait)
    return recovery;
  recovery.judgement = Judgement::kUnknown;
  recovery.evidence.push_back(fmt::format(
      "a machine waited for a processor {:.0f} % of the time that it wanted "
      "one: this host has too much to do",
      100 * processor_wait));
  return recovery;
}

}  // namespace faultline
