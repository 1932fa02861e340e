#include <CLI/CLI.hpp>
#include <iostream>

#include "faultline/base/error.h"
#include "faultline/cli/commands.h"

namespace {

constexpr int kUsageStatus = 2;
constexpr int kJudgeUsageStatus = 3;  // there 2 says "unknown"

int Run(int argc, char** argv) {
  int status = 0;
  CLI::App app(
      "Faultline: real virtual machines, broken on purpose, judged by their "
      "history");
  app.name("faultline");
  app.require_subcommand(1);
  faultline::AddT040Command(app, status);
  faultline::AddTestCommand(app, status);
  faultline::AddCheckCommand(app, status);
  faultline::AddSweepCommand(app, status);
  faultline::AddImageCommand(app, status);
  faultline::AddBenchCommand(app, status);
  faultline::AddDoctorCommand(app, status);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    if (app.exit(error) == 0) return 0;
    const bool judges =
        app.got_subcommand("check") || app.got_subcommand("sweep");
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
