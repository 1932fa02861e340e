#pragma once

#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "faultline/fault/fault.h"
#include "faultline/fault/fault_spec.h"

namespace faultline {

// What is broken. Two faults at once get in each other's way if they share a
// node and an area; kSwitch and kMembership are one for the whole cluster.
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
    kSizes      // "2+1": sizes of groups that together are all targets; "" is
                // one group
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
  std::vector<ParameterSpec> parameters = {};
  std::vector<std::string> needs = {};     // kernel modules of the guest
  std::vector<std::string> programs = {};  // of the host, in PATH
  std::function<std::unique_ptr<Fault>(const FaultContext&, const FaultSpec&)>
      make;
};

// Every kind, group by group.
const std::vector<FaultKind>& FaultCatalogue();

// Throws UsageError naming what exists.
const FaultKind& FindFaultKind(const std::string& name);

// Throws UsageError unless the fault can be made in a cluster of these nodes:
// known kind and parameters, values within bounds, nodes that exist, each named
// once, as many as the kind takes. Needs nothing that runs.
void ValidateFault(const FaultSpec& spec,
                   const std::vector<std::string>& nodes);

// With the defaults of all parameters that are not given: what is printed, so
// that a later default changes no earlier plan. Throws as FindFaultKind does.
FaultSpec CompleteFault(FaultSpec spec);

// Completes and validates, and throws UsageError if the guest or the host lacks
// what the fault needs (RequireProvided); then makes it. Nothing happens yet.
std::unique_ptr<Fault> MakeFault(const FaultContext& context,
                                 const FaultSpec& spec);

}  // namespace faultline
