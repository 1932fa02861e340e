#include "faultline/vm/trial_boot.h"

#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <system_error>
#include <vector>

#include "faultline/base/error.h"
#include "faultline/base/eventually.h"
#include "faultline/vm/console_text.h"
#include "faultline/vm/qemu_arguments.h"

namespace faultline {
namespace {

namespace fs = std::filesystem;

constexpr char kInitStarts[] = "Run /init as init process";

// A directory of our own that goes when this does.
class ScratchDirectory {
 public:
  explicit ScratchDirectory(Warden& warden) {
    std::string pattern = fs::temp_directory_path() / "faultline-probe-XXXXXX";
    if (::mkdtemp(pattern.data()) == nullptr)
      throw UsageError(fmt::format("cannot make {}: {}", pattern,
                                   std::system_category().message(errno)));
    path_ = pattern;
    warden.RemoveAtExit(path_);
  }
  ~ScratchDirectory() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;

  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

std::string LastLine(const fs::path& file) {
  std::string line = LastLines(CleanConsoleText(ReadFrom(file, 0)), 1);
  if (!line.empty() && line.back() == '\n') line.pop_back();
  return line;
}

// User and system time: fields 14 and 15 of /proc/PID/stat, counted from the
// closing parenthesis of the program's name.
double ProcessorSeconds(pid_t pid) {
  const std::string stat = ReadFrom(fmt::format("/proc/{}/stat", pid), 0);
  std::istringstream fields(stat.substr(stat.rfind(')') + 1));
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;
  double user = 0;
  double system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

// Empty once the kernel has started /init, else what went wrong.
std::string Watch(ChildProcess& process, const fs::path& console,
                  const fs::path& log, Deadline deadline, Duration limit) {
  try {
    Eventually(deadline, "the guest kernel starts /init", [&] {
      const bool running = process.Running();
      if (ReadFrom(console, 0).find(kInitStarts) != std::string::npos)
        return true;
      if (!running) throw MachineError("QEMU ended at once: " + LastLine(log));
      return false;
    });
    return "";
  } catch (const TimeoutError&) {
    const std::string line = LastLine(console);
    return fmt::format(
        "the guest kernel did not start /init within {} ({})", ToText(limit),
        line.empty() ? "it printed nothing" : "last line: \"" + line + "\"");
  } catch (const MachineError& error) {
    return error.what();
  }
}

}  // namespace

TrialBoot TryBoot(Warden& warden, const GuestImage& image,
                  const std::string& accelerator, Duration limit) {
  const ScratchDirectory scratch(warden);
  const fs::path console = scratch.path() / "console";
  const fs::path log = scratch.path() / "qemu.log";
  const auto process =
      warden.Spawn({.name = "probe",
                    .argv = TrialBootArguments(image, accelerator, console),
                    .output = log,
                    .inherited = {}});
  const std::string problem =
      Watch(*process, console, log, Deadline::After(limit), limit);
  const double used = ProcessorSeconds(process->pid());
  process->Kill();
  if (!problem.empty()) return {std::nullopt, problem};
  return {used, ""};
}

}  // namespace faultline
