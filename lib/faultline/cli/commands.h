#pragma once

#include <CLI/App.hpp>

namespace faultline {

// Each adds one sub-command of `faultline`; what it does runs when it is
// parsed, and leaves the exit code in `status`. One file each.
void AddT040Command(CLI::App& app, int& status);
void AddTestCommand(CLI::App& app, int& status);
void AddCheckCommand(CLI::App& app, int& status);
void AddSweepCommand(CLI::App& app, int& status);
void AddImageCommand(CLI::App& app, int& status);
void AddBenchCommand(CLI::App& app, int& status);
void AddDoctorCommand(CLI::App& app, int& status);

}  // namespace faultline
