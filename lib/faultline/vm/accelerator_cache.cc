#include "faultline/vm/accelerator_cache.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <system_error>

#include "faultline/base/error.h"
#include "faultline/base/files.h"
#include "faultline/base/log.h"
#include "faultline/vm/console_text.h"

namespace faultline {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr double kReferenceSeconds = 1;
constexpr double kLargestScale = 8;

}  // namespace

std::string ProbeKey(const fs::path& qemu, const GuestImage& image) {
  std::error_code ignored;
  const auto changed = fs::last_write_time(qemu, ignored).time_since_epoch();
  std::string boot = ReadFrom("/proc/sys/kernel/random/boot_id", 0);
  boot.erase(std::remove(boot.begin(), boot.end(), '\n'), boot.end());
  return fmt::format("trial 2 boot {} qemu {} {} {} image {}", boot,
                     qemu.string(), fs::file_size(qemu, ignored),
                     changed.count(), image.id);
}

std::optional<Accelerator> AcceleratorCache::Load() const {
  const Json stored = Json::parse(ReadFrom(file_, 0), nullptr, false);
  try {
    if (stored.at("key") != key_) return std::nullopt;
    Accelerator known{stored.at("name"), stored.at("reason"),
                      stored.at("time_scale")};
    const bool sane = (known.name == "kvm" || known.name == "tcg") &&
                      known.time_scale >= 1 &&
                      known.time_scale <= kLargestScale;
    return sane ? std::optional(known) : std::nullopt;
  } catch (const Json::exception&) {
    return std::nullopt;
  }
}

void AcceleratorCache::Store(const Accelerator& accelerator) const {
  const Json answer = {{"key", key_},
                       {"name", accelerator.name},
                       {"reason", accelerator.reason},
                       {"time_scale", accelerator.time_scale}};
  std::error_code ignored;
  fs::create_directories(file_.parent_path(), ignored);
  try {
    // QEMU's own words may hold any byte.
    WriteFileAtomically(
        file_,
        answer.dump(2, ' ', false, Json::error_handler_t::replace) + "\n");
  } catch (const UsageError& error) {
    Log(LogLevel::kDebug,
        fmt::format("the accelerator is not remembered: {}", error.what()));
  }
}

double TimeScaleFor(double seconds) {
  const double halves = std::round(seconds / kReferenceSeconds * 2) / 2;
  return std::clamp(halves, 1.0, kLargestScale);
}

}  // namespace faultline
