#include "faultline/service/vm/vm_manager.h"

#include <fmt/format.h>

#include "faultline/base/eventually.h"

namespace faultline {
namespace {

constexpr std::chrono::seconds kOneLook{10};

}  // namespace

const char* ToText(VmState state) {
  switch (state) {
    case VmState::kUndefined:
      return "undefined";
    case VmState::kOff:
      return "off";
    case VmState::kCrashed:
      return "crashed";
    case VmState::kRunning:
      return "running";
    case VmState::kPaused:
      break;
  }
  return "paused";
}

void VmManager::Recorded(Node& host, const std::string& vm,
                         const std::string& verb,
                         const std::function<void()>& request) {
  if (recorder_ == nullptr) return request();
  VmRequest record{.asked_ns = recorder_->Now(),
                   .host = host.name(),
                   .vm = vm,
                   .verb = verb};
  const auto add = [&](VmRequest::Outcome outcome, const std::string& reason) {
    record.answered_ns = recorder_->Now();
    record.outcome = outcome;
    record.reason = reason;
    recorder_->Add(record);
  };
  try {
    request();
  } catch (const CommandError& error) {
    add(VmRequest::Outcome::kRefused, error.what());
    throw;
  } catch (const Error& error) {
    add(VmRequest::Outcome::kUnknown, error.what());
    throw;
  }
  add(VmRequest::Outcome::kDone, "");
}

void VmManager::Define(Node& host, const VmSpec& vm, Deadline deadline) {
  Recorded(host, vm.name, "define",
           [&] { DoDefine(host, Describe(vm), deadline); });
}

void VmManager::DefineFrom(Node& host, const std::string& description,
                           Deadline deadline) {
  Recorded(host, "", "define", [&] { DoDefine(host, description, deadline); });
}

void VmManager::Undefine(Node& host, const std::string& vm, Deadline deadline) {
  Recorded(host, vm, "undefine", [&] { Do(host, "undefine", vm, deadline); });
}

void VmManager::StartVm(Node& host, const std::string& vm, Deadline deadline) {
  Recorded(host, vm, "start", [&] { Do(host, "start", vm, deadline); });
}

void VmManager::Suspend(Node& host, const std::string& vm, Deadline deadline) {
  Recorded(host, vm, "suspend", [&] { Do(host, "suspend", vm, deadline); });
}

void VmManager::Continue(Node& host, const std::string& vm, Deadline deadline) {
  Recorded(host, vm, "resume", [&] { Do(host, "resume", vm, deadline); });
}

void VmManager::ShutDown(Node& host, const std::string& vm, Deadline deadline) {
  Recorded(host, vm, "shutdown", [&] {
    Do(host, "shutdown", vm, deadline);
    WaitForState(host, vm, VmState::kOff, deadline);
  });
}

void VmManager::Destroy(Node& host, const std::string& vm, Deadline deadline) {
  Recorded(host, vm, "destroy", [&] { Do(host, "destroy", vm, deadline); });
}

void VmManager::KillVm(Node& host, const std::string& vm, Deadline deadline,
                       const std::string& signal) {
  Recorded(host, vm, "kill", [&] { DoKillVm(host, vm, signal, deadline); });
}

VmStatus VmManager::StateOf(Node& host, const std::string& vm,
                            Deadline deadline) {
  const VmStatus status = AskState(host, vm, deadline);
  if (recorder_ != nullptr)
    recorder_->Observe(
        {.host = host.name(), .vm = vm, .state = ToText(status.state)});
  return status;
}

void VmManager::WaitForState(Node& host, const std::string& vm, VmState state,
                             Deadline deadline) {
  Eventually(
      deadline, fmt::format("{}: {} to be {}", host.name(), vm, ToText(state)),
      [&](LastSeen& seen) {
        const VmStatus status =
            StateOf(host, vm, deadline.Capped(Scaled(kOneLook)));
        seen.Set(fmt::format("{} ({})", ToText(status.state), status.reason));
        return status.state == state;
      });
}

void VmManager::BeginMigration(Node& /*from*/, const std::string& vm,
                               Node& /*to*/, const MigrationOptions& /*how*/,
                               Deadline /*deadline*/) {
  throw GapError({capability::kLiveMigration, "moving " + vm, name()});
}

MigrationResult VmManager::WaitForMigration(Node& /*from*/,
                                            const std::string& vm,
                                            Deadline /*deadline*/) {
  throw GapError({capability::kLiveMigration, "moving " + vm, name()});
}

}  // namespace faultline
