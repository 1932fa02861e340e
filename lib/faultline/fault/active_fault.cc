#include "faultline/fault/active_fault.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <chrono>

#include "faultline/base/log.h"

namespace faultline {
namespace {

constexpr std::chrono::seconds kHealLimit{60};

}  // namespace

ActiveFault::ActiveFault(std::unique_ptr<Fault> fault, FaultSpec spec,
                         Deadline deadline)
    : fault_(std::move(fault)), spec_(std::move(spec)) {
  Start(deadline);
}

ActiveFault::ActiveFault(const FaultContext& context, const FaultSpec& spec,
                         Deadline deadline)
    : fault_(MakeFault(context, spec)), spec_(CompleteFault(spec)) {
  Start(deadline);
}

ActiveFault::~ActiveFault() {
  if (fault_ && !healed_) HealQuietly();
}

void ActiveFault::Start(Deadline deadline) {
  try {
    Log(LogLevel::kDebug, fmt::format("fault: {}", ToText(spec_)));
    fault_->Inject(deadline);
    fault_->WaitForEffect(deadline);
  } catch (...) {
    HealQuietly();
    throw;
  }
}

void ActiveFault::Heal(Deadline deadline) {
  if (healed_) return;
  fault_->Heal(deadline);
  healed_ = true;
  Log(LogLevel::kDebug, fmt::format("fault: {}: healed", ToText(spec_)));
}

void ActiveFault::WaitForRecovery(Deadline deadline) {
  fault_->WaitForRecovery(deadline);
}

std::string ActiveFault::target() const {
  return fmt::format("{}", fmt::join(spec_.targets, ","));
}

void ActiveFault::HealQuietly() noexcept {
  try {
    Heal(Within(kHealLimit));
  } catch (const std::exception& error) {
    Log(LogLevel::kError, error.what());
  }
}

}  // namespace faultline
