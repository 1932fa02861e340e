#include "faultline/vm/trial_boot.h"

#include <fmt/format.h>

#include <filesystem>

#include "faultline/base/error.h"
#include "faultline/base/eventually.h"
#include "faultline/base/files.h"
#include "faultline/base/processor_time.h"
#include "faultline/base/temporary_directory.h"
#include "faultline/vm/console_text.h"
#include "faultline/vm/qemu_arguments.h"

namespace faultline {
namespace {

namespace fs = std::filesystem;

constexpr char kInitStarts[] = "Run /init as init process";

// One file of a cpio archive: a header of numbers in hexadecimal, the name and
// the content, each padded to a multiple of four bytes.
std::string ArchiveMember(const std::string& name, int mode) {
  std::string member = "070701";
  const int numbers[] = {
      0, mode, 0, 0, 1, 0, 0, 0, 0, 0, 0, static_cast<int>(name.size()) + 1, 0};
  for (const int number : numbers) member += fmt::format("{:08X}", number);
  member += name + '\0';
  member.resize((member.size() + 3) / 4 * 4, '\0');
  return member;
}

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

std::string TrialInitrd() {
  constexpr int kExecutableFile = 0100755;
  return ArchiveMember("init", kExecutableFile) +
         ArchiveMember("TRAILER!!!", 0);
}

TrialBoot TryBoot(Warden& warden, const GuestImage& image,
                  const std::string& accelerator, Duration limit) {
  const TemporaryDirectory scratch("faultline-probe", warden);
  const fs::path console = scratch.path() / "console";
  const fs::path log = scratch.path() / "qemu.log";
  const fs::path initrd = scratch.path() / "initrd";
  WriteFileAtomically(initrd, TrialInitrd());
  const auto process = warden.Spawn(
      {.name = "probe",
       .argv = TrialBootArguments(image, accelerator, initrd, console),
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
