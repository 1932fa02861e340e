#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "faultline/cli/commands.h"

namespace faultline {

struct Printed {
  int status = -1;
  std::string output;
  std::string errors;
};

// `faultline check` with these arguments; the exit code.
inline int RunUncaptured(std::vector<std::string> arguments) {
  int status = -1;
  CommandLine line("faultline", "");
  AddCheckCommand(line.command(), status);
  arguments.insert(arguments.begin(), {"faultline", "check"});
  std::vector<const char*> argv;
  for (const std::string& argument : arguments)
    argv.push_back(argument.c_str());
  line.Parse(static_cast<int>(argv.size()), argv.data());
  return status;
}

inline Printed RunCheck(const std::vector<std::string>& arguments) {
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  Printed printed;
  printed.status = RunUncaptured(arguments);
  printed.output = testing::internal::GetCapturedStdout();
  printed.errors = testing::internal::GetCapturedStderr();
  return printed;
}

}  // namespace faultline
