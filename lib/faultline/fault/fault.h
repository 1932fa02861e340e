#pragma once

#include "faultline/base/deadline.h"
#include "faultline/base/error.h"
#include "faultline/cluster/cluster.h"
#include "faultline/service/replicated_store.h"

namespace faultline {

// What a fault may touch. Both outlive it. A value.
struct FaultContext {
  Cluster& cluster;
  ReplicatedStore& store;  // may not be formed yet
};

// A fault was injected and nothing changed: whatever the run shows then proves
// nothing (inconclusive).
class NoEffectError : public Error {
 public:
  using Error::Error;
};

// One thing that goes wrong, once. Used by one thread. ActiveFault makes sure
// that it is healed. All calls throw TimeoutError at the deadline, CommandError
// or MachineError naming the node if it does not obey.
//
// What a guest forgets when it loses its power is healed by that: Heal() on a
// node that is off then returns at once.
class Fault {
 public:
  virtual ~Fault() = default;

  // Does it. If it throws, part of it may be done: Heal() undoes that.
  virtual void Inject(Deadline deadline) = 0;
  // Returns once it bites, as something else than what injected it can see.
  // Throws NoEffectError if it does not.
  virtual void WaitForEffect(Deadline deadline) = 0;
  // Undoes it. Idempotent: without effect if nothing is left to undo.
  virtual void Heal(Deadline deadline) = 0;
  // Returns once nothing of it is left: where the service was hit, it answers
  // again. That the cluster agrees again is ReplicatedStore's question.
  virtual void WaitForRecovery(Deadline deadline) = 0;
};

}  // namespace faultline
