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

// When the service could have been back at the earliest.
std::int64_t AwaitedFrom(const Outage& outage,
                         const std::vector<Downtime>& downtimes) {
  std::int64_t from = outage.begin_ns;
  for (const Downtime& down : downtimes) {
    const bool touches =
        down.from_ns <= outage.end_ns && down.until_ns >= outage.begin_ns;
    if (touches) from = std::max(from, down.until_ns);
  }
  return from;
}

}  // namespace

std::vector<Outage> LateOutages(const std::vector<Probe>& probes,
                                std::int64_t limit_ns,
                                const std::vector<Downtime>& downtimes) {
  std::vector<Outage> late;
  for (const Outage& outage : FindOutages(probes)) {
    if (outage.ended &&
        outage.end_ns - AwaitedFrom(outage, downtimes) <= limit_ns)
      continue;
    late.push_back(outage);
  }
  return late;
}

Verdict CheckRecovery(const std::vector<Probe>& probes, std::int64_t limit_ns,
                      const std::vector<Downtime>& downtimes) {
  const std::string property = fmt::format(
      "every outage ends within {}{}", internal::TimeText(limit_ns),
      downtimes.empty() ? "" : " of the end of what makes it inevitable");
  if (probes.empty()) return internal::Inconclusive(property, "no probes");
  if (!probes.front().answered) {
    return internal::Inconclusive(
        property,
        "the first probe failed: the service was never seen working "
        "before the fault");
  }
  internal::Evidence evidence;
  for (const Outage& outage : LateOutages(probes, limit_ns, downtimes))
    evidence.Add(Describe(outage));
  return evidence.Judge(property, Summary(probes, FindOutages(probes)));
}

Verdict ExcuseStarvedMachines(Verdict recovery, double processor_wait) {
  if (recovery.judgement != Judgement::kViolated ||
      processor_wait <= kStarvedWait)
    return recovery;
  recovery.judgement = Judgement::kUnknown;
  recovery.evidence.push_back(fmt::format(
      "meanwhile a machine waited for a processor {:.0f} % of the time that it "
      "wanted one: this host has too much to do",
      100 * processor_wait));
  return recovery;
}

}  // namespace faultline
