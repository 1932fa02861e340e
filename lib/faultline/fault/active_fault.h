#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "faultline/fault/fault.h"
#include "faultline/fault/fault_spec.h"
#include "faultline/history/recorder.h"

namespace faultline {

// Times for Within(). A fault may take a guest's boot to show its effect, and
// one to heal.
inline constexpr std::chrono::seconds kInjectLimit{90};
inline constexpr std::chrono::seconds kHealLimit{90};

// A fault that lasts as long as this lives, and its record in the history: when
// it was asked for, took effect, was healed, and when the service was back.
// Movable; used by one thread. The recorder outlives it.
//
//   ActiveFault paused = InjectFault(context, recorder,
//                                    ParseFaultSpec("process-pause node1"));
//   store.WaitForLeaderOtherThan(leader, Within(30s));
//   paused.Heal(Within(kHealLimit));
class ActiveFault {
 public:
  // Injects it and waits for its effect. If that throws, it has been healed.
  // Throws as Fault and Recorder do.
  ActiveFault(std::unique_ptr<Fault> fault, FaultSpec spec, Recorder& recorder,
              Deadline deadline);
  // Heals it if nobody has. Never throws: what goes wrong, with the machines or
  // with the record, is logged.
  ~ActiveFault();
  ActiveFault(ActiveFault&& other) noexcept = default;
  ActiveFault& operator=(ActiveFault&& other) = delete;

  // Undoes it; without effect if that was done. Throws as Fault and Recorder
  // do. After a healing that threw, the next one and the destructor try again.
  void Heal(Deadline deadline);
  // Returns once the service is back, which is recorded once. Heal first.
  void WaitForRecovery(Deadline deadline);
  // It is never healed, in the history neither: what it hit is lost for good.
  void Abandon() noexcept { fault_.reset(); }

  const FaultSpec& spec() const { return spec_; }
  const std::string& name() const { return spec_.kind; }
  // "node1" or "node1,node2".
  std::string target() const;

 private:
  void Start(Deadline deadline);
  void HealQuietly() noexcept;

  std::unique_ptr<Fault> fault_;  // null: moved from, or abandoned
  FaultSpec spec_;
  Recorder* recorder_;
  std::int64_t record_ = 0;
  bool healed_ = false;
  bool recovered_ = false;
};

}  // namespace faultline
