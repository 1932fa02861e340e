#include "faultline/net/cable.h"

#include <fmt/format.h>

#include "faultline/base/error.h"
#include "faultline/base/eventually.h"
#include "faultline/base/files.h"
#include "faultline/net/switch_ports.h"
#include "faultline/net/vde_switch.h"

namespace faultline {
namespace {

// Bytes that may wait in the cable in one direction: many, as for netem's
// queue, but not without end.
constexpr char kQueue[] = "16M";

// How long the warden may take to fetch the exit code of a process that ended.
constexpr std::chrono::seconds kReaped{5};

std::string Prefix(CableDirection direction) {
  switch (direction) {
    case CableDirection::kOut:
      return "LR";
    case CableDirection::kIn:
      return "RL";
    case CableDirection::kBoth:
      break;
  }
  return "";
}

void CheckBounds(const CableSettings& settings) {
  if (settings.duplicate_percent > kMostDuplicatePercent ||
      settings.flipped_bits_per_mebibyte > kMostFlippedBitsPerMebibyte)
    throw UsageError(fmt::format(
        "cable: {}% of the frames doubled and {} bits per MiB flipped: at most "
        "{}% and {} can be",
        settings.duplicate_percent, settings.flipped_bits_per_mebibyte,
        kMostDuplicatePercent, kMostFlippedBitsPerMebibyte));
}

std::string LastWords(const std::filesystem::path& log) {
  std::error_code ignored;
  if (!std::filesystem::exists(log, ignored)) return "it said nothing";
  std::string text = ReadFile(log);
  text.erase(text.find_last_not_of(" \n") + 1);
  return text.empty() ? "it said nothing" : text;
}

}  // namespace

std::vector<std::string> WirefilterOptions(const CableSettings& settings) {
  CheckBounds(settings);
  const std::string prefix = Prefix(settings.direction);
  std::vector<std::string> options;
  const auto add = [&](const char* option, const std::string& value) {
    options.emplace_back(option);
    options.push_back(prefix + value);
  };
  if (settings.loss_percent > 0)
    add("-l", fmt::format("{}", settings.loss_percent));
  if (settings.duplicate_percent > 0)
    add("-D", fmt::format("{}", settings.duplicate_percent));
  if (settings.delay.count() > 0 || settings.jitter.count() > 0)
    add("-d",
        fmt::format("{}+{}", settings.delay.count(), settings.jitter.count()));
  if (settings.flipped_bits_per_mebibyte > 0)
    add("-n", fmt::format("{}", settings.flipped_bits_per_mebibyte));
  if (settings.bytes_per_second > 0) {
    add("-b", fmt::format("{}", settings.bytes_per_second));
    add("-c", kQueue);
  }
  // wirefilter keeps the order of both directions together: what waits for its
  // turn one way would hold up the other way. A limit keeps the order anyway.
  if (!settings.keeps_order || settings.bytes_per_second > 0)
    options.emplace_back("-N");
  return options;
}

Cable::Cable(Warden& warden, VdeSwitch& vde_switch, int node,
             const CableSettings& settings, Deadline deadline)
    : name_(NodeName(node) + ": its cable"),
      log_(vde_switch.plug_directory().parent_path() /
           fmt::format("cable-{}.log", NodeName(node))) {
  const std::string plugs = vde_switch.plug_directory();
  std::vector<std::string> argv = {
      "wirefilter", "-v",
      fmt::format("{0}[{1}]:{0}[{2}]", plugs, NearPort(node), FarPort(node))};
  for (std::string& option : WirefilterOptions(settings))
    argv.push_back(std::move(option));
  std::filesystem::remove(log_);
  // It leaves at the end of its standard input, as vde_switch does.
  process_ = warden.Spawn({.name = name_,
                           .argv = std::move(argv),
                           .output = log_,
                           .inherited = {},
                           .hold_stdin_open = true});
  Eventually(deadline, name_ + ": the switch has both its ends", [&] {
    const std::string broken = Complaint();
    if (!broken.empty()) throw MachineError(broken);
    return vde_switch.HasPlug(NearPort(node), Within(kSwitchAnswers)) &&
           vde_switch.HasPlug(FarPort(node), Within(kSwitchAnswers));
  });
}

Cable::~Cable() = default;

std::string Cable::Complaint() const {
  if (process_->Running()) return "";
  const auto code = process_->WaitForExit(Deadline::After(kReaped));
  return fmt::format("{}: wirefilter ended with exit code {}: {}", name_,
                     code ? std::to_string(*code) : "unknown", LastWords(log_));
}

}  // namespace faultline
