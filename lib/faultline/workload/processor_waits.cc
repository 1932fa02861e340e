#include "faultline/workload/processor_waits.h"

#include <algorithm>

#include "faultline/cluster/node.h"

namespace faultline {

ProcessorWatch::Look LookAtMachines(ManagedService& service) {
  return [&service] {
    std::map<pid_t, ProcessorUse> uses;
    for (Node* node : service.nodes()) {
      const pid_t pid = node->machine().pid();
      if (const auto use = ProcessorUseOf(pid)) uses[pid] = *use;
    }
    return uses;
  };
}

ProcessorWaits::ProcessorWaits(ProcessorWatch::Look look,
                               const Recorder& recorder)
    : recorder_(recorder), watch_(std::move(look)) {}

double ProcessorWaits::Longest() const { return Longest(0, recorder_.Now()); }

double ProcessorWaits::LeastIn(const std::vector<Outage>& outages) const {
  if (outages.empty()) return 0;
  double least = 1;
  for (const Outage& outage : outages)
    least = std::min(least, Longest(outage.begin_ns, outage.end_ns));
  return least;
}

double ProcessorWaits::Longest(std::int64_t from_ns,
                               std::int64_t until_ns) const {
  const TimePoint began =
      std::chrono::steady_clock::now() - Duration(recorder_.Now());
  return watch_
      .LongestWait(began + Duration(from_ns), began + Duration(until_ns))
      .value_or(0);
}

}  // namespace faultline
