#pragma once

#include <string>

#include "faultline/base/command_result.h"
#include "faultline/base/deadline.h"

namespace faultline {

// Runs commands inside one guest. A seam: tests use FakeRemote. Implementations
// are thread-safe (calls queue).
class Remote {
 public:
  virtual ~Remote() = default;

  // Runs `command` in the guest's shell. Any exit code is an answer. Throws
  // CommandError if it could not be run or the connection broke, TimeoutError
  // at the deadline (the command may go on in the guest); after either the next
  // call connects anew.
  virtual CommandResult Execute(const std::string& command,
                                Deadline deadline) = 0;
  // Writes a file of the guest (mode in octal), replacing it atomically.
  virtual void Upload(const std::string& contents, const std::string& path,
                      int mode, Deadline deadline) = 0;
  virtual std::string Download(const std::string& path, Deadline deadline) = 0;
  // Drops the connection, for a guest that has rebooted or lost power.
  virtual void Disconnect() = 0;
};

}  // namespace faultline
