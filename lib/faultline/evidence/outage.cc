#include "faultline/evidence/outage.h"

namespace faultline {

std::vector<Outage> FindOutages(const std::vector<Probe>& probes) {
  std::vector<Outage> outages;
  bool down = false;
  for (const Probe& probe : probes) {
    if (probe.answered) {
      if (!down) continue;
      outages.back().end_ns = probe.answered_ns;
      outages.back().ended = true;
      down = false;
      continue;
    }
    if (!down) outages.push_back({probe.due_ns, probe.due_ns, false});
    outages.back().end_ns = probe.due_ns;
    down = true;
  }
  return outages;
}

}  // namespace faultline
