#pragma once

#include "faultline/base/deadline.h"
#include "faultline/base/error.h"
#include "faultline/cluster/cluster.h"
#include "faultline/service/managed_service.h"

namespace faultline {

// What a fault may touch. Both outlive it. A value.
struct FaultContext {
  Cluster& cluster;
  ManagedService& service;  // may not be formed yet
};

// A fault was injected and nothing changed: whatever the run shows then proves
// nothing (inconclusive).
class NoEffectError : public Error {
 public:
  using Error::Error;
};

// One thing that goes wrong, once. Used by one thread. ActiveFault makes sure
// that it is healed and recorded. All calls throw TimeoutError at the deadline,
// CommandError or MachineError naming the node if it does not obey.
//
// A power cut ends what is only in a guest's memory: Heal() on a node that is
// off then returns at once.
class Fault {
 public:
  virtual ~Fault() = default;

  // Does it. If it throws, part of it may be done: Heal() undoes that.
  virtual void Inject(Deadline deadline) = 0;
  // Returns once an independent probe observes the effect. Throws NoEffectError
  // if there is none.
  virtual void WaitForEffect(Deadline deadline) = 0;
  // Undoes it. Idempotent: without effect if nothing is left to undo.
  virtual void Heal(Deadline deadline) = 0;
  // Returns once nothing of it is left: where the service was hit, it answers
  // again. Whether the nodes agree again is another question
  // (ManagedService::WaitUntilSettled).
  virtual void WaitForRecovery(Deadline deadline) = 0;
};

}  // namespace faultline
