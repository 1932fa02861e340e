// A cable in front of a node disturbs all its traffic, or one direction of it:
// unlike netem, incoming frames too, and without a module in the guest.
#include <fmt/format.h>

#include <chrono>

#include "faultline/fault/kinds/fault_kinds.h"
#include "faultline/fault/kinds/node_fault.h"
#include "faultline/fault/kinds/traffic_parameters.h"

namespace faultline::internal {
namespace {

using std::chrono::milliseconds;
using Type = ParameterSpec::Type;

class CableFault : public NodeFault {
 public:
  CableFault(const FaultContext& context, Node& node,
             const CableSettings& settings)
      : NodeFault(context, node), settings_(settings) {}

  void Inject(Deadline) override {
    network().InsertCable(node().index(), settings_);
    // Not before: one that was refused must not take another's cable away.
    active_ = true;
  }
  void WaitForEffect(Deadline) override {
    if (!node().Running())
      throw NoEffectError(
          fmt::format("{}: is off, nothing goes through its cable", name()));
    if (!network().HasCable(node().index()))
      throw NoEffectError(
          fmt::format("{}: the switch shows no cable before it", name()));
  }
  void Heal(Deadline) override {
    if (!active_) return;
    active_ = false;
    network().RemoveCable(node().index());
  }
  void WaitForRecovery(Deadline) override {
    if (network().HasCable(node().index()))
      throw MachineError(
          fmt::format("{}: the switch still shows its cable", name()));
  }

 private:
  const std::string& name() const { return node().name(); }
  Network& network() const { return cluster().network(); }

  const CableSettings settings_;
  bool active_ = false;
};

milliseconds Milliseconds(const FaultSpec& spec, const char* name) {
  return std::chrono::round<milliseconds>(DurationParameter(spec, name));
}

void Loss(const FaultSpec& spec, CableSettings& settings) {
  settings.loss_percent = PercentParameter(spec, "share");
}

void Delay(const FaultSpec& spec, CableSettings& settings) {
  settings.delay = Milliseconds(spec, "delay");
  settings.jitter = Milliseconds(spec, "jitter");
}

void Duplicate(const FaultSpec& spec, CableSettings& settings) {
  settings.duplicate_percent = PercentParameter(spec, "share");
}

// Each frame by a time of its own between none and `delay`.
void Reorder(const FaultSpec& spec, CableSettings& settings) {
  settings.delay = Milliseconds(spec, "delay") / 2;
  settings.jitter = settings.delay;
  settings.keeps_order = false;
}

void Corrupt(const FaultSpec& spec, CableSettings& settings) {
  settings.flipped_bits_per_mebibyte =
      NumberParameter(spec, "bits_per_mebibyte");
}

void Rate(const FaultSpec& spec, CableSettings& settings) {
  constexpr int kBytesPerKilobit = 125;
  settings.bytes_per_second =
      static_cast<int>(NumberParameter(spec, "kbit") * kBytesPerKilobit);
}

CableDirection ParseDirection(const std::string& text) {
  if (text == "in") return CableDirection::kIn;
  if (text == "out") return CableDirection::kOut;
  return CableDirection::kBoth;
}

ParameterSpec Direction() {
  return {.name = "direction",
          .description = "which frames, seen from the node",
          .type = Type::kChoice,
          .default_value = "both",
          .choices = {"both", "in", "out"}};
}

ParameterSpec Share(const char* default_value, double maximum) {
  return {.name = "share",
          .description = "of the frames",
          .type = Type::kPercent,
          .default_value = default_value,
          .minimum = 0.1,
          .maximum = maximum};
}

ParameterSpec Number(const char* name, const char* description,
                     const char* default_value, double minimum,
                     double maximum) {
  return {.name = name,
          .description = description,
          .type = Type::kNumber,
          .default_value = default_value,
          .minimum = minimum,
          .maximum = maximum};
}

FaultKind Kind(const char* name, const char* description,
               std::vector<ParameterSpec> parameters,
               void (*set)(const FaultSpec&, CableSettings&)) {
  parameters.push_back(Direction());
  return {.name = name,
          .description = description,
          .area = FaultArea::kTraffic,
          .targets = {.fewest = 1, .most = TargetCount::kAll},
          .parameters = std::move(parameters),
          .programs = {"wirefilter"},
          .make = OnEachTarget([set](const FaultContext& context, Node& node,
                                     const FaultSpec& spec) {
            CableSettings settings{
                .direction = ParseDirection(TextParameter(spec, "direction"))};
            set(spec, settings);
            return std::unique_ptr<Fault>(
                std::make_unique<CableFault>(context, node, settings));
          })};
}

}  // namespace

std::vector<FaultKind> CableFaults() {
  return {
      // Half of what netem loses by default: two nodes' cables, each of them
      // both ways, lie between two nodes.
      Kind("cable-loss", "the node's cable loses frames", {Share("10%", 100)},
           Loss),
      Kind("cable-delay", "the node's cable is long; frames keep their order",
           // A cable counts in milliseconds.
           {Span("delay", "of each frame", "100ms", 0.001),
            Span("jitter", "more or less", "10ms", 0)},
           Delay),
      Kind("cable-duplicate", "the node's cable doubles frames",
           {Share("20%", kMostDuplicatePercent)}, Duplicate),
      Kind("cable-reorder", "frames overtake each other in the node's cable",
           {Span("delay", "of a frame, at most", "40ms", 0.002)}, Reorder),
      Kind("cable-corrupt", "the node's cable flips bits",
           {Number("bits_per_mebibyte", "flipped, more in long frames", "200",
                   1, kMostFlippedBitsPerMebibyte)},
           Corrupt),
      Kind("cable-rate", "the node's cable is slow: frames wait",
           {Number("kbit", "kilobits a second", "512", 8, 4000)}, Rate),
  };
}

}  // namespace faultline::internal
