// What a node sends over the data network suffers on its way: netem on the
// sender's NIC. To all, or only to the nodes named after the sender.
#include <fmt/format.h>

#include <chrono>

#include "faultline/fault/kinds/fault_kinds.h"
#include "faultline/fault/kinds/node_fault.h"
#include "faultline/fault/kinds/traffic_parameters.h"

namespace faultline::internal {
namespace {

using Type = ParameterSpec::Type;

// Packets that may wait: a slow link of a busy node holds many.
constexpr int kQueue = 10000;

class TrafficFault : public Fault {
 public:
  TrafficFault(std::vector<Node*> targets, const std::string& netem)
      : sender_(*targets.front()),
        receivers_(targets.begin() + 1, targets.end()),
        netem_(fmt::format("netem limit {} {}", kQueue, netem)) {}

  void Inject(Deadline deadline) override {
    // Whatever an attempt that got lost has done, but not the discipline of
    // another fault, which is why this one was refused.
    active_ = true;
    const CommandResult result = sender_.Execute(Commands(), deadline);
    if (result.Succeeded()) return;
    active_ = result.exit_code != kRefused;
    throw CommandError(fmt::format(
        "{}: \"{}\" could not be set on its data NIC (sch_netem, sch_prio, "
        "cls_u32): {}",
        sender_.name(), netem_, Trimmed(result.standard_error)));
  }

  void WaitForEffect(Deadline deadline) override {
    if (!Present(deadline))
      throw NoEffectError(
          fmt::format("{}: its data NIC has no netem", sender_.name()));
  }

  void Heal(Deadline deadline) override {
    if (active_ && sender_.Running())
      sender_.Succeed(
          "! tc qdisc show dev data | grep -q netem || "
          "tc qdisc del dev data root",
          deadline);
    active_ = false;
  }

  void WaitForRecovery(Deadline deadline) override {
    if (sender_.Running() && Present(deadline))
      throw CommandError(
          fmt::format("{}: its data NIC still has netem", sender_.name()));
  }

 private:
  static constexpr int kRefused = 77;

  bool Present(Deadline deadline) {
    return sender_.Succeed("tc qdisc show dev data", deadline).find("netem") !=
           std::string::npos;
  }

  std::string Commands() const {
    const std::string add = "tc qdisc add dev data ";
    const std::string refused = fmt::format(" || exit {}", kRefused);
    // `tc qdisc add` alone would take the place of another fault's.
    const std::string alone =
        "! tc qdisc show dev data | grep netem >&2" + refused + "; ";
    if (receivers_.empty()) return alone + add + "root " + netem_ + refused;
    // A class of its own, which nothing reaches but what the filters choose.
    std::string text = alone + add + "root handle 1: prio bands 4 priomap" +
                       RepeatedZeros() + refused + " ; " + add +
                       "parent 1:4 handle 40: " + netem_;
    for (const Node* receiver : receivers_)
      text += fmt::format(
          " && tc filter add dev data parent 1: protocol ip u32 match ip dst "
          "{}/32 flowid 1:4",
          receiver->data_address());
    return text;
  }

  static std::string RepeatedZeros() {
    std::string zeros;
    for (int priority = 0; priority < 16; ++priority) zeros += " 0";
    return zeros;
  }

  Node& sender_;
  const std::vector<Node*> receivers_;
  const std::string netem_;
  bool active_ = false;
};

std::string Microseconds(const FaultSpec& spec, const char* name) {
  return fmt::format("{}us",
                     std::chrono::duration_cast<std::chrono::microseconds>(
                         DurationParameter(spec, name))
                         .count());
}

std::string Percent(const FaultSpec& spec) {
  return fmt::format("{}%", PercentParameter(spec, "share"));
}

std::string Loss(const FaultSpec& spec) { return "loss " + Percent(spec); }

std::string Delay(const FaultSpec& spec) {
  return fmt::format("delay {} {}", Microseconds(spec, "delay"),
                     Microseconds(spec, "jitter"));
}

std::string Duplicate(const FaultSpec& spec) {
  return "duplicate " + Percent(spec);
}

// netem sends the chosen ones at once, before those that wait.
std::string Reorder(const FaultSpec& spec) {
  return fmt::format("delay {} reorder {}", Microseconds(spec, "delay"),
                     Percent(spec));
}

std::string Corrupt(const FaultSpec& spec) {
  return "corrupt " + Percent(spec);
}

std::string Rate(const FaultSpec& spec) {
  return fmt::format("rate {}kbit", NumberParameter(spec, "kbit"));
}

ParameterSpec Share(const char* description, const char* default_value) {
  return {.name = "share",
          .description = description,
          .type = Type::kPercent,
          .default_value = default_value,
          .minimum = 0.1,
          .maximum = 100};
}

// The nodes after the first only choose what it sends.
FaultImpact OnTheSender(const FaultSpec& spec,
                        const std::vector<std::string>&) {
  return {.affected = {spec.targets.front()}};
}

FaultKind Kind(const char* name, const char* description,
               std::vector<ParameterSpec> parameters,
               std::string (*netem)(const FaultSpec&)) {
  return {.name = name,
          .description = description,
          .area = FaultArea::kTraffic,
          .targets = {.fewest = 1, .most = TargetCount::kAll},
          .parameters = std::move(parameters),
          .modules = {"sch_netem", "sch_prio", "cls_u32"},
          .impact = OnTheSender,
          .make = [netem](const FaultContext& context, const FaultSpec& spec) {
            return std::unique_ptr<Fault>(std::make_unique<TrafficFault>(
                TargetsOf(context, spec), netem(spec)));
          }};
}

}  // namespace

std::vector<FaultKind> TrafficFaults() {
  return {
      Kind("loss", "packets are lost", {Share("of the packets", "20%")}, Loss),
      Kind("delay", "packets are late",
           {Span("delay", "of each packet", "100ms", 0.001),
            Span("jitter", "more or less; packets may overtake each other",
                 "10ms", 0)},
           Delay),
      Kind("duplicate", "packets arrive twice",
           {Share("of the packets", "20%")}, Duplicate),
      Kind("reorder", "packets overtake others",
           {Share("of the packets, that overtake", "25%"),
            Span("delay", "of the others", "20ms", 0.001)},
           Reorder),
      Kind("corrupt", "packets have a bit flipped",
           {Share("of the packets", "10%")}, Corrupt),
      Kind("rate", "packets wait for a slow link",
           {{.name = "kbit",
             .description = "kilobits a second",
             .type = Type::kNumber,
             .default_value = "512",
             .minimum = 8,
             .maximum = 1e6}},
           Rate),
  };
}

}  // namespace faultline::internal
