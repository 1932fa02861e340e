#include "faultline/check/availability.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

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

// A downtime may last for ever.
std::int64_t Later(std::int64_t time_ns, std::int64_t by_ns) {
  constexpr std::int64_t kEver = std::numeric_limits<std::int64_t>::max();
  return time_ns > kEver - by_ns ? kEver : time_ns + by_ns;
}

// Until when the outage had to end. A downtime that came when that was over
// already excuses nothing.
std::int64_t DueBy(const Outage& outage, std::int64_t limit_ns,
                   std::vector<Downtime> downtimes) {
  std::ranges::sort(downtimes, {}, &Downtime::from_ns);
  std::int64_t due = Later(outage.begin_ns, limit_ns);
  for (const Downtime& down : downtimes) {
    if (down.until_ns < outage.begin_ns) continue;
    if (down.from_ns > due) break;
    due = std::max(due, Later(down.until_ns, limit_ns));
  }
  return due;
}

}  // namespace

std::vector<Outage> LateOutages(const std::vector<Probe>& probes,
                                std::int64_t limit_ns,
                                const std::vector<Downtime>& downtimes) {
  std::vector<Outage> late;
  for (const Outage& outage : FindOutages(probes)) {
    if (outage.end_ns > DueBy(outage, limit_ns, downtimes))
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
  const std::vector<Outage> outages = FindOutages(probes);
  if (evidence.empty() && !outages.empty() && !outages.back().ended) {
    return internal::Inconclusive(
        property, Describe(outages.back()) + ": it might have ended in time");
  }
  return evidence.Judge(property, Summary(probes, outages));
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
