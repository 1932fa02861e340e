#include "faultline/cluster/node.h"

#include <fmt/format.h>
#include <sys/random.h>

#include <chrono>
#include <utility>

#include "faultline/base/error.h"
#include "faultline/base/eventually.h"
#include "faultline/remote/shell_text.h"

namespace faultline {
namespace {

constexpr char kReadyLine[] = "faultline-guest: ready";
constexpr char kPowerOff[] = "systemctl poweroff";
// One try to reach a guest that has just started, times TimeScale(): QEMU
// accepts a connection before the guest can, and it may then never answer.
constexpr std::chrono::seconds kAttempt{5};

constexpr std::size_t kEntropyBytes = 64;

std::string RandomBytes(std::size_t count) {
  std::string bytes(count, '\0');
  if (::getrandom(bytes.data(), count, 0) != static_cast<ssize_t>(count))
    throw MachineError("the host gives no random bytes");
  return bytes;
}

CommandError UnwantedExit(const std::string& node, const std::string& command,
                          const CommandResult& result, const char* wanted) {
  const std::string& said = result.standard_error.empty()
                                ? result.standard_output
                                : result.standard_error;
  return CommandError(fmt::format(
      "{}: \"{}\" exited with {} (wanted {}): {}", node, ShortCommand(command),
      result.exit_code, wanted, said.empty() ? "no output" : OutputTail(said)));
}

}  // namespace

Node::Node(NodeIdentity identity, std::unique_ptr<Machine> machine,
           std::unique_ptr<Remote> remote)
    : identity_(std::move(identity)),
      machine_(std::move(machine)),
      remote_(std::move(remote)) {}

void Node::Start(Deadline deadline,
                 const std::optional<std::filesystem::path>& memory_file) {
  machine_->PowerOn(deadline, memory_file);
  WaitUntilReady(deadline);
}

void Node::TakeIdentity(Deadline deadline) {
  const MachineOptions& options = machine_->options();
  std::map<std::string, std::string> identity = {
      {"control_mac", MacAddress(kControlMacPrefix, index())},
      {"data_mac", MacAddress(kDataMacPrefix, index())},
      {"entropy", RandomBytes(kEntropyBytes)}};
  for (const auto& [credential, value] : options.credentials)
    identity[credential.substr(credential.find('.') + 1)] = value;
  remote_->Disconnect();
  machine_->agent()->ChangeIdentity(identity, deadline);
  machine_->agent()->SetClock(deadline);
}

void Node::PowerCut() {
  machine_->PowerCut();
  remote_->Disconnect();
}

void Node::ShutDown(Deadline deadline) {
  std::string seen = "the guest accepted the command";
  CommandResult result;
  try {
    result = Execute(kPowerOff, deadline);
  } catch (const CommandError& error) {
    // The connection may go down with the guest; QEMU's end decides.
    seen = error.what();
  }
  // A higher code is a signal: the guest's own shutdown ended the session.
  if (result.exit_code > 0 && result.exit_code < 128) {
    throw UnwantedExit(name(), kPowerOff, result, "0");
  }
  remote_->Disconnect();
  Eventually(deadline, name() + ": the guest powers off", [&](LastSeen& last) {
    last.Set(seen);
    return !machine_->Running();
  });
}

void Node::Reboot(Deadline deadline) {
  machine_->Reset(deadline);
  WaitUntilReady(deadline);
}

void Node::Freeze(Deadline deadline) { machine_->Freeze(deadline); }

void Node::Thaw(Deadline deadline) { machine_->Thaw(deadline); }

CommandResult Node::Execute(const std::string& command, Deadline deadline) {
  return remote_->Execute(command, deadline);
}

std::string Node::Succeed(const std::string& command, Deadline deadline) {
  CommandResult result = Execute(command, deadline);
  if (!result.Succeeded()) throw UnwantedExit(name(), command, result, "0");
  return std::move(result.standard_output);
}

std::string Node::Fail(const std::string& command, Deadline deadline) {
  CommandResult result = Execute(command, deadline);
  if (result.Succeeded()) {
    throw UnwantedExit(name(), command, result, "not 0");
  }
  return std::move(result.standard_output);
}

void Node::Upload(const std::string& contents, const std::string& path,
                  int mode, Deadline deadline) {
  remote_->Upload(contents, path, mode, deadline);
}

void Node::WaitUntilReady(Deadline deadline) {
  machine_->WaitForConsole(kReadyLine, deadline);
  remote_->Disconnect();
  const Duration attempt = Scaled(kAttempt);
  Eventually(deadline, name() + ": answers over SSH", [&] {
    return Execute("true", deadline.Capped(attempt)).Succeeded();
  });
}

}  // namespace faultline
