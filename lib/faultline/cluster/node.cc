#include "faultline/cluster/node.h"

#include <fmt/format.h>

#include "faultline/base/error.h"
#include "faultline/base/eventually.h"

namespace faultline {
namespace {

constexpr char kReadyLine[] = "faultline-guest: ready";
constexpr std::size_t kQuotedOutput = 400;

// The end of what a command said, where the reason usually stands.
std::string Tail(const CommandResult& result) {
  const std::string& text = result.standard_error.empty()
                                ? result.standard_output
                                : result.standard_error;
  if (text.size() <= kQuotedOutput) return text;
  return "..." + text.substr(text.size() - kQuotedOutput);
}

CommandError UnwantedExit(const std::string& node, const std::string& command,
                          const CommandResult& result, const char* wanted) {
  return CommandError(fmt::format("{}: \"{}\" exited with {} (wanted {}): {}",
                                  node, command, result.exit_code, wanted,
                                  Tail(result)));
}

}  // namespace

Node::Node(NodeIdentity identity, std::unique_ptr<Machine> machine,
           std::unique_ptr<Remote> remote)
    : identity_(std::move(identity)),
      machine_(std::move(machine)),
      remote_(std::move(remote)) {}

void Node::Start(Deadline deadline) {
  machine_->PowerOn(deadline);
  WaitUntilReady(deadline);
}

void Node::PowerCut() {
  machine_->PowerCut();
  remote_->Disconnect();
}

void Node::ShutDown(Deadline deadline) {
  try {
    Execute("systemctl poweroff", deadline);
  } catch (const CommandError&) {
    // The connection went down with the guest.
  }
  remote_->Disconnect();
  Eventually(deadline, name() + ": the guest powers off",
             [this] { return !machine_->Running(); });
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
  Eventually(deadline, name() + ": answers over SSH",
             [&] { return Execute("true", deadline).Succeeded(); });
}

}  // namespace faultline
