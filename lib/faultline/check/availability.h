#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "faultline/evidence/outage.h"
#include "faultline/evidence/verdict.h"

namespace faultline {

// Of the outages those that did not end within `limit_ns` of their beginning,
// or of the end of a downtime that they touch and that began before they were
// late: that ended later, or were still going on at a later probe.
std::vector<Outage> LateOutages(const std::vector<Probe>& probes,
                                std::int64_t limit_ns,
                                const std::vector<Downtime>& downtimes = {});

// There are no such outages. kUnknown without a success before the first
// failure (or without probes), or if the probes ended in an outage that was not
// late yet.
Verdict CheckRecovery(const std::vector<Probe>& probes, std::int64_t limit_ns,
                      const std::vector<Downtime>& downtimes = {});

// Of the time that a machine wanted a processor of its host, the share that it
// may wait before its lateness is its host's fault. One cluster of three
// emulated machines on two processors waits for half of it.
inline constexpr double kStarvedWait = 0.8;

// A violated recovery becomes kUnknown, saying why, if the machine that waited
// most waited longer than that. `processor_wait` is of the time of the outage;
// of several that are too long, the least.
Verdict ExcuseStarvedMachines(Verdict recovery, double processor_wait);

// How long the worst outage of each of several runs of one fault was; a run
// without an outage counts as 0.
struct OutageDistribution {
  std::int64_t repetitions = 0;
  std::int64_t unrecovered = 0;  // still down at the last probe: a lower bound
  std::int64_t min_ns = 0;
  std::int64_t median_ns = 0;  // of an even number: the lower one
  std::int64_t p95_ns = 0;     // the smallest that 95 % do not exceed
  std::int64_t max_ns = 0;
};

OutageDistribution DescribeOutages(
    const std::vector<std::vector<Probe>>& repetitions);
OutageDistribution DescribeOutages(
    const std::vector<std::vector<Outage>>& repetitions);

// "worst outage: min 0.400 s, median 0.900 s, p95 1.200 s, max 1.300 s (n=20)".
std::string ToText(const OutageDistribution& distribution);

// Every repetition as CheckRecovery; the evidence of one that holds is the
// distribution. kUnknown without any repetition.
Verdict CheckRecoveries(const std::vector<std::vector<Probe>>& repetitions,
                        std::int64_t limit_ns);

}  // namespace faultline
