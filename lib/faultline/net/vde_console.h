#pragma once

#include <string>
#include <vector>

#include "faultline/base/deadline.h"
#include "faultline/base/deadline_mutex.h"
#include "faultline/base/file_descriptor.h"

namespace faultline {

// Splits a raw reply into data lines and the code. Throws MachineError if there
// is no code.
struct VdeReply {
  int code = 0;
  std::string text;
  std::vector<std::string> lines;
};
VdeReply ParseVdeReply(const std::string& raw);

// A session on the management socket of a vde_switch or wirefilter.
// Thread-safe: one command at a time, and the deadline also bounds the wait for
// one's turn.
class VdeConsole {
 public:
  // `socket` is connected; `prompt` is "vde$ " or "VDEwf$ ". Reads the banner
  // up to the first prompt. Throws TimeoutError or MachineError.
  VdeConsole(FileDescriptor socket, std::string prompt, Deadline deadline);

  // The data lines of the reply. Throws MachineError naming the command and the
  // code unless it is 1000, MachineError if the switch is gone, TimeoutError at
  // the deadline (after which the session is of no more use: a late answer
  // would be taken for the next one's).
  std::vector<std::string> Command(const std::string& line, Deadline deadline);
  // The same, with any code.
  VdeReply Ask(const std::string& line, Deadline deadline);

 private:
  std::string ReadToPrompt(const std::string& awaited, Deadline deadline);
  void Send(const std::string& line, Deadline deadline);

  internal::DeadlineMutex mutex_;
  FileDescriptor socket_;
  std::string prompt_;
  std::string pending_;
  std::string broken_;  // why it is of no more use
};

}  // namespace faultline
