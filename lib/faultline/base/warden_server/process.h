#pragma once

#include <sys/types.h>

#include <string>
#include <vector>

namespace faultline::internal {

// A descriptor of the warden and the number under which the child gets it.
struct Assignment {
  int fd = -1;
  int as = -1;
};

struct Program {
  std::string path;
  std::vector<std::string> argv;
  std::vector<Assignment> descriptors;  // no other one reaches the child
};

// Starts a program as the leader of its own process group, to be killed by the
// kernel if this process ends. The caller reaps it. Throws std::system_error
// if it cannot be executed.
pid_t StartProcess(const Program& program);

}  // namespace faultline::internal
