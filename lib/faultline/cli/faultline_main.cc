#include <iostream>

#include "faultline/base/error.h"
#include "faultline/cli/commands.h"

namespace {

using faultline::CommandLine;

constexpr int kUsageStatus = 2;
constexpr int kJudgeUsageStatus = 3;  // there 2 says "unknown"

int Run(int argc, char** argv) {
  int status = 0;
  CommandLine line("faultline",
                   "Faultline: real virtual machines, broken on purpose, "
                   "judged by their history");
  faultline::Command app = line.command();
  app.RequireCommand();
  faultline::AddT040Command(app, status);
  faultline::AddTestCommand(app, status);
  faultline::AddCheckCommand(app, status);
  faultline::AddSweepCommand(app, status);
  faultline::AddImageCommand(app, status);
  faultline::AddBenchCommand(app, status);
  faultline::AddDoctorCommand(app, status);
  if (line.Parse(argc, argv) == CommandLine::Outcome::kRefused) {
    const bool judges = line.Chose("check") || line.Chose("sweep");
    return judges ? kJudgeUsageStatus : kUsageStatus;
  }
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  try {
    return Run(argc, argv);
  } catch (const faultline::UsageError& error) {
    std::cerr << "faultline: " << error.what() << "\n";
    return kUsageStatus;
  } catch (const std::exception& error) {
    std::cerr << "faultline: " << error.what() << "\n";
    return 1;
  }
}
