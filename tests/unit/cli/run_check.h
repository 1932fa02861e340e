#pragma once

#include <gtest/gtest.h>

#include <CLI/CLI.hpp>
#include <algorithm>
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
  CLI::App app;
  int status = -1;
  AddCheckCommand(app, status);
  arguments.insert(arguments.begin(), "check");
  std::reverse(arguments.begin(), arguments.end());
  app.parse(arguments);
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
