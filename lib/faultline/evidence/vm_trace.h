#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace faultline {

// A sign of life that a virtual machine on a host gave: how often it has booted
// so far, kept on its disk, and how far it has counted since. A boot number
// that went up is a restart; a count that goes on is the same run, wherever the
// machine is now.
struct VmTick {
  std::int64_t at_ns = 0;
  std::string host = {};
  std::string vm = {};
  std::uint32_t boot = 0;
  std::uint32_t count = 0;
  bool disturbed = false;  // it found that somebody else wrote to its disk

  friend bool operator==(const VmTick&, const VmTick&) = default;
};

// What a host itself said of a machine.
struct VmObservation {
  std::int64_t at_ns = 0;
  std::string host = {};
  std::string vm = {};
  std::string state = {};  // "running", "paused", "off", "crashed", "undefined"

  friend bool operator==(const VmObservation&, const VmObservation&) = default;
};

// What a tester asked a manager for, and whether it was done.
struct VmRequest {
  enum class Outcome { kDone, kRefused, kUnknown };

  std::int64_t asked_ns = 0;
  std::int64_t answered_ns = 0;
  std::string host = {};
  std::string vm = {};
  std::string verb = {};  // "start", "destroy", ...
  Outcome outcome = Outcome::kUnknown;
  std::string reason = {};  // why it was not done

  friend bool operator==(const VmRequest&, const VmRequest&) = default;
};

// What a power controller was asked for by a host, and what it answered.
struct FenceRequest {
  std::int64_t asked_ns = 0;
  std::int64_t answered_ns = 0;  // 0: it never answered
  std::string by = {};
  std::string host = {};    // whose power it is about; may be empty
  std::string action = {};  // "off", "on", "status", ...
  std::string answer = {};  // "done", "refused", ...
  bool obeyed = true;       // false: the answer was not the truth

  friend bool operator==(const FenceRequest&, const FenceRequest&) = default;
};

// All that a run recorded of its virtual machines, each list in order.
struct VmTrace {
  std::vector<VmTick> ticks;
  std::vector<VmObservation> observations;
  std::vector<VmRequest> requests;
  std::vector<FenceRequest> fences;
  std::int64_t ended_ns = 0;  // nothing was recorded from then on
};

// One line each, as JSON with its newline (docs/history-format.md).
std::string ToJsonLine(const VmTick& tick);
std::string ToJsonLine(const VmObservation& observation);
std::string ToJsonLine(const VmRequest& request);
std::string ToJsonLine(const FenceRequest& fence);

std::string VmTraceEndLine(std::int64_t ended_ns);

// The inverse. A torn last line is left out. Throws UsageError ("file:line:
// reason") for anything else malformed.
VmTrace ReadVmTrace(const std::filesystem::path& file);

const char* ToText(VmRequest::Outcome outcome);

}  // namespace faultline
