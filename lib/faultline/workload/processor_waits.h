#pragma once

#include <cstdint>
#include <vector>

#include "faultline/base/processor_watch.h"
#include "faultline/evidence/outage.h"
#include "faultline/history/recorder.h"
#include "faultline/service/managed_service.h"

namespace faultline {

// What the machines of a service have used of this host's processors so far.
// The service outlives it.
ProcessorWatch::Look LookAtMachines(ManagedService& service);

// How long machines waited for a processor of this host, from the construction
// on, asked by the times of a recorder, which outlives it. Looks at them in a
// thread of its own; used by one thread.
class ProcessorWaits {
 public:
  ProcessorWaits(ProcessorWatch::Look look, const Recorder& recorder);

  // Of the time that a machine wanted a processor, the share that it waited for
  // one, so far: of the machine that waited most.
  double Longest() const;
  // The same during each outage: of several the least; 0 without any.
  double LeastIn(const std::vector<Outage>& outages) const;

 private:
  double Longest(std::int64_t from_ns, std::int64_t until_ns) const;

  const Recorder& recorder_;
  const ProcessorWatch watch_;
};

}  // namespace faultline
