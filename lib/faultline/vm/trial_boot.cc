#include "faultline/vm/trial_boot.h"

#include <fmt/format.h>

#include <filesystem>

#include "faultline/base/error.h"
#include "faultline/base/eventually.h"
#include "faultline/base/processor_time.h"
#include "faultline/base/temporary_directory.h"
#include "faultline/vm/console_text.h"
#include "faultline/vm/qemu_arguments.h"

namespace faultline {
namespace {

namespace fs = std::filesystem;

constexpr char kInitStarts[] = "Run /init as init process";

std::string LastLine(const fs::path& file) {
  std::string line = LastLines(CleanConsoleText(ReadFrom(file, 0)), 1);
  if (!line.empty() && line.back() == '\n') line.pop_back();
  return line;
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
  const TemporaryDirectory scratch("faultline-probe", warden);
  const fs::path console = scratch.path() / "console";
  const fs::path log = scratch.path() / "qemu.log";
  const auto process =
      warden.Spawn({.name = "probe",
                    .argv = TrialBootArguments(image, accelerator, console),
                    .output = log,
                    .inherited = {}});
  const std::string problem =
      Watch(*process, console, log, Deadline::After(limit), limit);
  const double used = ProcessorSeconds(process->pid()).value_or(0);
  process->Kill();
  if (!problem.empty()) return {std::nullopt, problem};
  return {used, ""};
}

}  // namespace faultline
