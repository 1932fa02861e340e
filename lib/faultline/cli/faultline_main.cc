#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <iostream>

#include "faultline/base/environment.h"
#include "faultline/base/error.h"
#include "faultline/cli/commands.h"
#include "faultline/cli/exit_status.h"

namespace {

using faultline::Command;
using faultline::CommandLine;
using faultline::kExitJudgeUsage;
using faultline::kExitSetup;
using faultline::kExitUsage;

// A descriptor that is closed would be given to a socket or a pipe, into which
// messages were then written. Reading only: what is printed there is an error.
void FillStandardDescriptors() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(fd, F_GETFD) < 0)
      static_cast<void>(::open("/dev/null", O_RDONLY));
  }
}

// What we start works in other directories.
void MakePathsAbsolute() {
  for (const char* name :
       {"FAULTLINE_BUILD", "FAULTLINE_CACHE", "FAULTLINE_GUEST_RECIPE",
        "FAULTLINE_IMAGE", "FAULTLINE_RUNS", "TMPDIR", "XDG_CACHE_HOME"}) {
    if (const auto path = faultline::Environment(name))
      ::setenv(name, std::filesystem::absolute(*path).c_str(), 1);
  }
}

void AddCommands(Command app, int& status) {
  faultline::AddT040Command(app, status);
  faultline::AddTestCommand(app, status);
  faultline::AddCheckCommand(app, status);
  faultline::AddSweepCommand(app, status);
  faultline::AddReproduceCommand(app, status);
  faultline::AddImageCommand(app, status);
  faultline::AddBenchCommand(app, status);
  faultline::AddDoctorCommand(app, status);
  faultline::AddDocumentCommand(app, status);
  faultline::AddTrackRecordCommand(app, status);
  faultline::AddReportCommand(app, status);
}

// The command line's own message would only say that one is required.
int RefuseCommand(const std::vector<std::string>& names, int argc,
                  char** argv) {
  std::cerr << fmt::format(
      "faultline: {}; there are {} (--help tells more)\n",
      argc < 2 ? "no sub-command is given"
               : fmt::format("there is no sub-command \"{}\"", argv[1]),
      fmt::join(names, ", "));
  return kExitUsage;
}

int Run(int argc, char** argv) {
  int status = 0;
  CommandLine line("faultline",
                   "Faultline: real virtual machines, broken on purpose, "
                   "judged by their history");
  line.SetVersion("faultline " FAULTLINE_VERSION);
  AddCommands(line.command(), status);
  const std::vector<std::string> names = line.CommandNames();
  const bool option = argc > 1 && argv[1][0] == '-';
  if (argc < 2 || (!option && std::ranges::count(names, argv[1]) == 0))
    return RefuseCommand(names, argc, argv);
  if (line.Parse(argc, argv) == CommandLine::Outcome::kRefused) {
    const bool judges = line.Chose("check") || line.Chose("sweep");
    return judges ? kExitJudgeUsage : kExitUsage;
  }
  return status;
}

// A verdict that nobody could read is none.
int Finish(int status) {
  std::cout.flush();
  if (std::cout.good()) return status;
  std::cerr << "faultline: cannot write to standard output\n";
  return status == 0 ? kExitSetup : status;
}

int Refuse(const std::string& problem, int status) {
  std::cerr << "faultline: " << problem << "\n";
  return status;
}

}  // namespace

int main(int argc, char** argv) {
  FillStandardDescriptors();
  try {
    MakePathsAbsolute();
    return Finish(Run(argc, argv));
  } catch (const faultline::UsageError& error) {
    return Refuse(error.what(), kExitUsage);
  } catch (const std::exception& error) {
    return Refuse(error.what(), kExitSetup);
  }
}
