#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "faultline/base/deadline.h"
#include "faultline/base/file_descriptor.h"

namespace faultline {

// A session on the management socket of a vde_switch or wirefilter.
// Thread-safe: one command at a time.
class VdeConsole {
 public:
  // `socket` is connected; `prompt` is "vde$ " or "VDEwf$ ". Reads the banner
  // up to the first prompt.
  VdeConsole(FileDescriptor socket, std::string prompt, Deadline deadline);

  // The data lines of the reply. Throws MachineError naming the command and the
  // code unless it is 1000.
  std::vector<std::string> Command(const std::string& line, Deadline deadline);

 private:
  std::string ReadToPrompt(Deadline deadline);

  std::mutex mutex_;
  FileDescriptor socket_;
  std::string prompt_;
  std::string pending_;
};

// Splits a raw reply into data lines and the code. Throws MachineError if there
// is no code.
struct VdeReply {
  int code = 0;
  std::string text;
  std::vector<std::string> lines;
};
VdeReply ParseVdeReply(const std::string& raw);

}  // namespace faultline
