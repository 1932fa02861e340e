#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "faultline/base/deadline.h"
#include "faultline/base/file_descriptor.h"

namespace faultline {

// One QMP event, stamped with our monotonic clock when it was read.
struct QmpEvent {
  TimePoint at;
  std::string name;
  std::string data;  // JSON text
};

// A QMP session on a connected socket (QEMU machine protocol, qemu.org
// docs/interop/qmp-spec). Replies are matched by id; events that come in
// between are kept (the last 10,000). Thread-safe: calls of several threads
// overlap, and each waits by its own deadline only. All calls throw
// TimeoutError at the deadline and MachineError if QEMU is gone or answers with
// an error (its class and text in the message).
class Qmp {
 public:
  // Reads the greeting and negotiates capabilities. `name` is the node, for
  // messages.
  Qmp(std::string name, FileDescriptor socket, Deadline deadline);
  ~Qmp();

  nlohmann::json Execute(const std::string& command,
                         const nlohmann::json& arguments, Deadline deadline);
  nlohmann::json Execute(const std::string& command, Deadline deadline);
  // Human-monitor text, for what QMP lacks (`info usernet`).
  std::string HumanMonitor(const std::string& line, Deadline deadline);
  // The first event `name` not yet taken; waits for it.
  QmpEvent WaitForEvent(const std::string& name, Deadline deadline);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace faultline
