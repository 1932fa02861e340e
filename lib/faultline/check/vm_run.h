#pragma once

#include <cstdint>
#include <vector>

#include "faultline/check/availability.h"
#include "faultline/evidence/verdict.h"
#include "faultline/evidence/vm_trace.h"
#include "faultline/history/history.h"

namespace faultline {

// What a manager of virtual machines promises in one run. A value.
struct VmPromises {
  // How long a machine that should run may give no sign of life: when it
  // starts, moves, or is started elsewhere.
  std::int64_t silence_limit_ns = 0;
  // Whose manager starts it again by itself: a fault, or the end of a host's
  // power, is a reason for a boot, and the machine should run all the same.
  bool restarts = false;
  // The power of the host that ran it is confirmed to be off before it starts
  // elsewhere.
  bool fenced = false;
  // Within them nothing can run; silence counts from their end.
  std::vector<Downtime> downtimes = {};

  friend bool operator==(const VmPromises&, const VmPromises&) = default;
};

// Judge one machine of the trace, from its ticks, which are stamped on one
// clock whatever host they come from; from what was asked for; and from the
// faults and fences of the run. Pure. kUnknown without a tick.

// It runs at most once at any moment: once it has ticked with a higher boot
// number, or elsewhere, it never ticks as before; its disk has no other writer.
Verdict CheckVmRunsOnce(const VmTrace& trace, const std::string& vm);

// The count never goes back without a boot number going up, which never goes
// back; each boot has a reason of its own: a start that was asked for, or, with
// `restarts`, a fault that touched its host, a kill or a fence.
Verdict CheckVmBoots(const VmTrace& trace, const std::string& vm,
                     const std::vector<FaultInterval>& faults,
                     const VmPromises& promises);

// Between a start (or resume) that was done and the request that ends it, the
// machine is never silent for longer than it may.
Verdict CheckVmRunsInTime(const VmTrace& trace, const std::string& vm,
                          const VmPromises& promises);

// Before each first tick of a boot on another host than before, if nobody asked
// for it: the host that ran it had been confirmed to be off, or was never on
// since. The evidence of one that holds shows the margin.
Verdict CheckFencedBeforeElsewhere(const VmTrace& trace, const std::string& vm);

// All that the promises ask for each machine of the trace.
std::vector<Verdict> JudgeVms(const VmTrace& trace,
                              const std::vector<FaultInterval>& faults,
                              const VmPromises& promises);

}  // namespace faultline
