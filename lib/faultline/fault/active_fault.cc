#include "faultline/fault/active_fault.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "faultline/base/log.h"

namespace faultline {

ActiveFault::ActiveFault(std::unique_ptr<Fault> fault, FaultSpec spec,
                         Recorder& recorder, Deadline deadline)
    : fault_(std::move(fault)), spec_(std::move(spec)), recorder_(&recorder) {
  record_ = recorder.BeginFault(name(), target());
  try {
    Start(deadline);
  } catch (...) {
    HealQuietly();
    throw;
  }
}

ActiveFault::~ActiveFault() {
  if (fault_ && !healed_) HealQuietly();
}

void ActiveFault::Start(Deadline deadline) {
  Log(LogLevel::kDebug, fmt::format("fault: {}", ToText(spec_)));
  fault_->Inject(deadline);
  fault_->WaitForEffect(deadline);
  recorder_->FaultTookEffect(record_);
}

void ActiveFault::Heal(Deadline deadline) {
  if (!fault_ || healed_) return;
  fault_->Heal(deadline);
  healed_ = true;
  Log(LogLevel::kDebug, fmt::format("fault: {}: healed", ToText(spec_)));
  recorder_->EndFault(record_);
}

void ActiveFault::WaitForRecovery(Deadline deadline) {
  if (!fault_) return;
  fault_->WaitForRecovery(deadline);
  if (!healed_ || recovered_) return;
  recovered_ = true;
  recorder_->FaultRecovered(record_);
}

std::string ActiveFault::target() const {
  return fmt::format("{}", fmt::join(spec_.targets, ","));
}

void ActiveFault::HealQuietly() noexcept {
  try {
    Heal(Within(kHealLimit));
  } catch (const std::exception& error) {
    Log(LogLevel::kError, fmt::format("{}: {}", ToText(spec_), error.what()));
  }
}

}  // namespace faultline
