#include "harness/program.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iterator>

namespace faultline {

using std::chrono_literals::operator""s;

std::vector<std::string> ProgramCommand(
    const std::string& program, const std::vector<std::string>& arguments,
    const std::map<std::string, std::string>& environment) {
  std::vector<std::string> argv = {"/usr/bin/env"};
  for (const auto& [name, value] : environment) {
    argv.push_back(fmt::format("{}={}", name, value));
  }
  argv.push_back(
      (std::filesystem::path(FAULTLINE_BINARIES) / program).string());
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  return argv;
}

CommandResult RunProgram(
    const std::string& program, const std::vector<std::string>& arguments,
    const std::map<std::string, std::string>& environment) {
  Warden warden;
  return warden.Run(ProgramCommand(program, arguments, environment),
                    Deadline::After(240s));
}

std::vector<std::string> ProcessesNaming(const std::string& path) {
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    const std::string pid = entry.path().filename();
    if (!std::all_of(pid.begin(), pid.end(), ::isdigit)) continue;
    if (std::stoi(pid) == ::getpid()) continue;
    std::ifstream file(entry.path() / "cmdline");
    std::string line((std::istreambuf_iterator<char>(file)), {});
    std::replace(line.begin(), line.end(), '\0', ' ');
    if (line.find(path) != std::string::npos)
      found.push_back(fmt::format("{} {}", pid, line));
  }
  return found;
}

}  // namespace faultline
