#pragma once

#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "faultline/fault/fault.h"
#include "faultline/fault/fault_impact.h"
#include "faultline/fault/fault_spec.h"

namespace faultline {

// What is broken. Two faults conflict if they share a node and an area;
// kSwitch and kMembership are one for the whole cluster (nemesis/plan_rules.h).
enum class FaultArea {
  kService,
  kMachine,
  kSwitch,
  kLink,
  kFilter,
  kTraffic,  // by netem or by a cable
  kClock,
  kDisk,
  kMembership
};

struct ParameterSpec {
  enum class Type {
    kDuration,  // "100ms", "1.5s"; bounds in seconds
    kPercent,   // "10%"; bounds in percent
    kNumber,    // "3"
    kChoice,    // one of `choices`
    kSizes,     // "2+1": sizes of groups that together are all targets; "" is
                // one group
    kUnit,      // one of the service's units; "" is all
    kDisk       // the serial of one of the node's disks; "" is the state disk
  };

  std::string name;
  std::string description;
  Type type = Type::kNumber;
  std::string default_value;
  double minimum = 0;  // in the type's unit, both included
  double maximum = 0;
  std::vector<std::string> choices = {};
};

// How many nodes a fault takes.
struct TargetCount {
  static constexpr int kAll = std::numeric_limits<int>::max();
  static constexpr int kAllButOne = kAll - 1;
  static constexpr int kMinority = kAll - 2;  // fewer than half

  int fewest = 1;
  int most = 1;  // or one of the above

  // For a cluster of `nodes`; may be below `fewest` if that is too small.
  int Most(int nodes) const;
};

// One line of the catalogue.
struct FaultKind {
  std::string name;  // "process-pause"
  std::string description;
  FaultArea area = FaultArea::kService;
  TargetCount targets = {};
  // The node's service cannot answer while it lasts: as good as down.
  bool stops_node = false;
  // What it does changes again and again until it is healed.
  bool comes_and_goes = false;
  std::vector<ParameterSpec> parameters = {};
  Capabilities needs = {};                 // of the service
  std::vector<std::string> modules = {};   // of the guest's kernel
  std::vector<std::string> programs = {};  // of the host, in PATH
  // Of a valid fault of this kind in a cluster of these nodes. Empty: the
  // targets are affected; down, if `stops_node` or in kMachine; alone, if in
  // kLink. Ask ImpactOf.
  std::function<FaultImpact(const FaultSpec&,
                            const std::vector<std::string>& nodes)>
      impact = {};
  std::function<std::unique_ptr<Fault>(const FaultContext&, const FaultSpec&)>
      make;
};

// What a valid fault does to a cluster of these nodes. Needs nothing that runs.
FaultImpact ImpactOf(const FaultKind& kind, const FaultSpec& fault,
                     const std::vector<std::string>& nodes);

}  // namespace faultline
