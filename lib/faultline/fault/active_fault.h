#pragma once

#include <memory>
#include <string>

#include "faultline/fault/fault.h"
#include "faultline/fault/fault_kind.h"

namespace faultline {

// A fault that lasts as long as this lives. Movable; used by one thread.
//
//   const ActiveFault paused = PauseService(faults, leader);
//   store.WaitForLeaderOtherThan(leader, Within(30s));
class ActiveFault {
 public:
  // Injects it and waits for its effect. If that throws, it has been healed.
  ActiveFault(std::unique_ptr<Fault> fault, FaultSpec spec, Deadline deadline);
  // Makes it from the catalogue. Throws as MakeFault does.
  ActiveFault(const FaultContext& context, const FaultSpec& spec,
              Deadline deadline);
  // Heals it if nobody has; what goes wrong then is logged.
  ~ActiveFault();
  ActiveFault(ActiveFault&& other) noexcept = default;
  ActiveFault& operator=(ActiveFault&& other) = delete;

  // Both throw as Fault does. After a Heal that threw, the next one and the
  // destructor try again.
  void Heal(Deadline deadline);
  void WaitForRecovery(Deadline deadline);

  const FaultSpec& spec() const { return spec_; }
  const std::string& name() const { return spec_.kind; }
  // "node1" or "node1,node2".
  std::string target() const;

 private:
  void Start(Deadline deadline);
  void HealQuietly() noexcept;

  std::unique_ptr<Fault> fault_;
  FaultSpec spec_;
  bool healed_ = false;
};

}  // namespace faultline
