#pragma once

#include <string>

namespace faultline {

// What a command that ran to its end said. A value: a non-zero exit code is an
// answer, not an error.
struct CommandResult {
  int exit_code = 0;  // 128 + signal number if a signal ended it
  std::string standard_output;
  std::string standard_error;

  bool Succeeded() const { return exit_code == 0; }
};

}  // namespace faultline
