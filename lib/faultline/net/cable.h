#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "faultline/base/deadline.h"
#include "faultline/base/warden.h"

namespace faultline {

class VdeSwitch;

// Which frames a cable harms, seen from its node.
enum class CableDirection { kBoth, kOut, kIn };

// What a cable does to the frames of one direction or both. Without settings it
// only carries them. A value.
struct CableSettings {
  CableDirection direction = CableDirection::kBoth;
  double loss_percent = 0;
  // A frame that was doubled may be doubled again.
  double duplicate_percent = 0;
  std::chrono::milliseconds delay{0};
  std::chrono::milliseconds jitter{0};  // more or less, each as likely
  // Whether a frame waits for those before it that wait longer.
  bool keeps_order = true;
  // Of the whole frame, addresses included, so that long frames suffer more.
  double flipped_bits_per_mebibyte = 0;
  int bytes_per_second = 0;  // 0: as many as come
};

// What wirefilter would not survive: from here on it doubles one frame, or
// flips bits of one frame, without end.
constexpr double kMostDuplicatePercent = 90;
constexpr double kMostFlippedBitsPerMebibyte = 600;

// The options of wirefilter(1), left being the node's side. Throws UsageError
// for settings beyond the bounds above.
std::vector<std::string> WirefilterOptions(const CableSettings& settings);

// One wirefilter process with its two ends plugged into the same switch, in
// front of one node. Who is in one VLAN with which end is for Network to say.
// Destruction ends the process; frames under way in it are lost. Thread-safe.
class Cable {
 public:
  // The ports of its ends: the node's side, and the side of the others.
  static int NearPort(int node) { return kNearPorts + node; }
  static int FarPort(int node) { return kFarPorts + node; }
  static constexpr int kMostNodes = 39;

  // Returns once the switch shows both ends plugged in. Both ports must have
  // been made. Throws UsageError if wirefilter is not installed or the settings
  // cannot be had, MachineError with its own words if it ends at once,
  // TimeoutError.
  Cable(Warden& warden, VdeSwitch& vde_switch, int node,
        const CableSettings& settings, Deadline deadline);
  ~Cable();
  Cable(const Cable&) = delete;
  Cable& operator=(const Cable&) = delete;

  // Empty while it works; else that it has ended, with wirefilter's own words.
  std::string Complaint() const;

 private:
  static constexpr int kNearPorts = 40;
  static constexpr int kFarPorts = 80;

  const std::string name_;  // "node2: its cable", for messages
  const std::filesystem::path log_;
  std::unique_ptr<ChildProcess> process_;
};

}  // namespace faultline
