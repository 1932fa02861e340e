#pragma once

#include <functional>
#include <memory>

#include "faultline/fault/fault.h"
#include "faultline/history/recorder.h"
#include "faultline/nemesis/plan.h"

namespace faultline {

// Carries a plan out beside the load: each fault is injected at its time, its
// effect awaited, healed when it has lasted as long as planned, and its node's
// recovery awaited. Faults that do not overlap in the plan never do in the run:
// the later one waits for the earlier one's recovery, and is late then. Each is
// recorded in the history.
//
// However it ends, by Finish, Stop, destruction or a failure of its own, every
// fault that was begun has been healed (what cannot be healed is logged). The
// first failure ends the plan early. Used by one thread; owns its threads.
//
//   Nemesis nemesis(MakerOf(context), plan, recorder);
//   nemesis.Start();
//   nemesis.Finish(Within(120s));
class Nemesis {
 public:
  // Called by several threads at once.
  using Maker = std::function<std::unique_ptr<Fault>(const FaultSpec&)>;

  Nemesis(Maker make, FaultPlan plan, Recorder& recorder);
  ~Nemesis();
  Nemesis(const Nemesis&) = delete;
  Nemesis& operator=(const Nemesis&) = delete;

  // Once; the plan's times count from here.
  void Start();
  // Waits until all is done and healed, and throws the first failure of a
  // fault: NoEffectError if one had no effect, else what it threw.
  // TimeoutError at the deadline; the plan has been stopped then.
  void Finish(Deadline deadline);
  // Ends the plan now. Returns when all is healed.
  void Stop() noexcept;

  // The faults that took effect, whatever came after.
  int effective() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// The catalogue's faults in a cluster.
Nemesis::Maker MakerOf(const FaultContext& context);

}  // namespace faultline
