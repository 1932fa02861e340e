#pragma once

#include <memory>

#include "faultline/base/deadline.h"
#include "faultline/base/warden.h"

namespace faultline {

// Whether none of its threads runs: after SIGSTOP, or after its end.
bool IsStopped(const ChildProcess& process);

// A process that stands still while this lives: SIGSTOP, then SIGCONT.
class StoppedProcess {
 public:
  // Returns once none of its threads runs: what each had asked of the kernel is
  // done. Throws MachineError if it is null or has ended, TimeoutError at the
  // deadline, having let it go on.
  StoppedProcess(std::shared_ptr<ChildProcess> process, Deadline deadline);
  ~StoppedProcess();
  StoppedProcess(const StoppedProcess&) = delete;
  StoppedProcess& operator=(const StoppedProcess&) = delete;

 private:
  void Continue() noexcept;

  const std::shared_ptr<ChildProcess> process_;
};

}  // namespace faultline
