#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "faultline/base/deadline.h"
#include "faultline/base/warden.h"
#include "faultline/remote/remote.h"
#include "faultline/vm/machine.h"

namespace faultline {

// What one node is told from outside (docs/guest-contract.md).
struct NodeIdentity {
  std::string name;          // "node1"
  int index = 1;             // 1-based
  std::string data_address;  // "192.0.2.1"
};

// One member of a cluster: a machine and a control connection into it.
// Thread-safe. Owned by the Cluster.
class Node {
 public:
  Node(NodeIdentity identity, std::unique_ptr<Machine> machine,
       std::unique_ptr<Remote> remote);
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  const std::string& name() const { return identity_.name; }
  int index() const { return identity_.index; }
  const std::string& data_address() const { return identity_.data_address; }
  // A loopback port into the guest. Changes when the machine starts again.
  int HostPort(int guest_port) const { return machine_->HostPort(guest_port); }

  // Powers on and waits until the guest says it is ready and answers a command.
  // `memory_file`: see Machine::PowerOn.
  void Start(Deadline deadline,
             const std::optional<std::filesystem::path>& memory_file = {});
  // After the machine was resumed from a checkpoint and runs: gives it this
  // node's identity and this host's time. Returns when sshd takes the new keys.
  void TakeIdentity(Deadline deadline);
  void PowerCut();
  // Orderly shutdown of the guest.
  void ShutDown(Deadline deadline);
  // Reset button, then waits as Start does.
  void Reboot(Deadline deadline);
  void Freeze(Deadline deadline);
  void Thaw(Deadline deadline);
  bool Running() const { return machine_->Running(); }

  // Any exit code is an answer.
  CommandResult Execute(const std::string& command, Deadline deadline);
  // Must exit with 0 (non-zero): returns standard output, throws CommandError
  // with node, command, code and output.
  std::string Succeed(const std::string& command, Deadline deadline);
  std::string Fail(const std::string& command, Deadline deadline);
  void Upload(const std::string& contents, const std::string& path, int mode,
              Deadline deadline);

  Machine& machine() { return *machine_; }
  Remote& remote() { return *remote_; }

 private:
  void WaitUntilReady(Deadline deadline);

  const NodeIdentity identity_;
  std::unique_ptr<Machine> machine_;
  std::unique_ptr<Remote> remote_;
};

}  // namespace faultline
