#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <functional>
#include <iostream>
#include <string>
#include <thread>

#include "faultline/base/environment.h"
#include "faultline/base/error.h"
#include "faultline/base/program_path.h"
#include "faultline/cli/commands.h"
#include "faultline/cli/subordinate_ids.h"
#include "faultline/vm/accelerator.h"
#include "faultline/vm/image.h"

namespace faultline {
namespace {

using std::chrono_literals::operator""s;

constexpr std::uintmax_t kGibi = std::uintmax_t{1} << 30;
constexpr std::uintmax_t kWantedDisk = 4 * kGibi;
constexpr std::uintmax_t kWantedMemory = 3 * kGibi;

// One finding: a failed check says what to do about it.
struct Finding {
  bool good = false;
  std::string text;
};

std::string FirstLine(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

Finding CheckProgram(Warden& warden, const std::string& program,
                     const std::string& version_option) {
  const CommandResult result =
      warden.Run({program, version_option}, Deadline::After(10s));
  return {result.Succeeded(),
          FirstLine(result.standard_output + result.standard_error)};
}

// wirefilter has no option that ends well.
Finding CheckCable() { return {true, RequireProgram("wirefilter")}; }

Finding CheckAccelerator(Warden& warden) {
  const GuestImage image = LoadGuestImage(DefaultImageDirectory());
  const Accelerator found = ProbeAccelerator(warden, image);
  return {true, fmt::format("{}: {}; deadlines are {} times as long",
                            found.name, found.reason, found.time_scale)};
}

Finding CheckImage() {
  const GuestImage image = LoadGuestImage(DefaultImageDirectory());
  std::string text = fmt::format("{}, {} MiB a guest", image.operating_system,
                                 image.memory_mib);
  for (const auto& [service, version] : image.services) {
    text += fmt::format(", {} {}", service, version);
  }
  return {true, text + ", " + image.directory.string()};
}

// Without root, only the build of an image needs them.
Finding CheckSubordinateIds(bool has_image) {
  if (::getuid() == 0) return {true, "not needed by root"};
  const std::string missing = MissingSubordinateIds();
  if (missing.empty()) return {true, "for the users of a guest image"};
  return {has_image, missing};
}

Finding CheckDisk(const std::filesystem::path& path) {
  const auto space = std::filesystem::space(path);
  const std::string text = fmt::format(
      "{:.1f} GiB free in {}",
      static_cast<double>(space.available) / static_cast<double>(kGibi),
      path.string());
  if (space.available >= kWantedDisk) return {true, text};
  return {false, text +
                     ": an image build and a run want 4 GiB; free some, or "
                     "point FAULTLINE_CACHE and TMPDIR elsewhere"};
}

Finding CheckMemory() {
  const auto bytes = static_cast<std::uintmax_t>(::sysconf(_SC_AVPHYS_PAGES)) *
                     static_cast<std::uintmax_t>(::sysconf(_SC_PAGESIZE));
  const std::string text =
      fmt::format("{:.1f} GiB free, {} cores",
                  static_cast<double>(bytes) / static_cast<double>(kGibi),
                  std::thread::hardware_concurrency());
  if (bytes >= kWantedMemory) return {true, text};
  return {false, text + ": three guests want 3 GiB"};
}

bool Show(const std::string& subject, const std::function<Finding()>& check) {
  Finding finding;
  try {
    finding = check();
  } catch (const std::exception& error) {
    finding = {false, error.what()};
  }
  std::cout << fmt::format("{:<4} {:<12} {}\n", finding.good ? "ok" : "BAD",
                           subject, finding.text);
  return finding.good;
}

int Diagnose() {
  Warden warden;
  bool good = Show("QEMU", [&] {
    return CheckProgram(warden, "qemu-system-x86_64", "--version");
  });
  good &= Show("VDE switch",
               [&] { return CheckProgram(warden, "vde_switch", "--version"); });
  good &= Show("VDE cable", CheckCable);
  const bool has_image = Show("image", CheckImage);
  good &= has_image;
  good &= Show("user ids", [&] { return CheckSubordinateIds(has_image); });
  good &= Show("accelerator", [&] { return CheckAccelerator(warden); });
  good &= Show(
      "disk", [] { return CheckDisk(Environment("TMPDIR").value_or("/tmp")); });
  good &= Show("memory", CheckMemory);
  return good ? 0 : 1;
}

}  // namespace

void AddDoctorCommand(Command app, int& status) {
  app.AddCommand("doctor", "say what works on this machine").OnRun([&status] {
    status = Diagnose();
  });
}

}  // namespace faultline
