#pragma once

#include <sys/types.h>

#include "faultline/base/deadline.h"
#include "faultline/base/file_descriptor.h"

namespace faultline {

// A process that stands still while this lives: SIGSTOP, then SIGCONT.
class StoppedProcess {
 public:
  // Returns once none of its threads runs: what each had asked of the kernel is
  // done. Throws MachineError if there is no such process, TimeoutError at the
  // deadline, having let it go on.
  StoppedProcess(pid_t pid, Deadline deadline);
  ~StoppedProcess();
  StoppedProcess(const StoppedProcess&) = delete;
  StoppedProcess& operator=(const StoppedProcess&) = delete;

 private:
  FileDescriptor process_;
};

}  // namespace faultline
