#include "faultline/fault/kinds/unflushed_power_cut.h"

#include <fmt/format.h>

#include <chrono>

#include "faultline/base/error.h"
#include "faultline/base/eventually.h"
#include "faultline/base/log.h"
#include "faultline/fault/kinds/node_fault.h"
#include "faultline/vm/volatile_disk.h"

namespace faultline::internal {
namespace {

// A write is unflushed for milliseconds: looked for that often.
constexpr std::chrono::milliseconds kLongestPause{1};

KeptWrites ParseKept(const std::string& text) {
  if (text == "prefix") return KeptWrites::kPrefix;
  if (text == "torn") return KeptWrites::kTorn;
  return KeptWrites::kNone;
}

// One of the nodes that lose power.
class PowerCutTarget : public NodeFault {
 public:
  PowerCutTarget(const FaultContext& context, Node& node)
      : NodeFault(context, node), disk_(node.machine()) {}

  const std::string& name() const { return node().name(); }
  VolatileDisk& disk() { return disk_; }

  void Inject(Deadline deadline) override { disk_.Begin(deadline); }
  void CutPower() {
    cut_ = true;
    node().PowerCut();
  }
  void WaitForEffect(Deadline) override {
    if (node().Running())
      throw NoEffectError(name() + ": still runs after a power cut");
  }
  void Heal(Deadline deadline) override {
    disk_.End(deadline);
    if (!cut_) return;
    node().Start(deadline);
    StartService(deadline);
    cut_ = false;
  }
  void WaitForRecovery(Deadline deadline) override {
    WaitUntilItAnswers(deadline);
  }

 private:
  VolatileDisk disk_;
  bool cut_ = false;
};

class UnflushedPowerCut : public Fault {
 public:
  UnflushedPowerCut(const FaultContext& context, const FaultSpec& spec)
      : kept_(ParseKept(TextParameter(spec, "keep"))),
        window_(DurationParameter(spec, "window")),
        seed_(static_cast<std::uint64_t>(NumberParameter(spec, "seed"))) {
    for (Node* node : TargetsOf(context, spec))
      nodes_.push_back(std::make_unique<PowerCutTarget>(context, *node));
  }

  void Inject(Deadline deadline) override {
    OnAll(nodes_, [&](PowerCutTarget& node) { node.Inject(deadline); });
    const Deadline end = deadline.Capped(window_);
    do {
      WaitUntilWritesAreLost(end);
    } while (!CutIfWritesAreLost(deadline));
  }
  void WaitForEffect(Deadline deadline) override {
    OnAll(nodes_, [&](PowerCutTarget& node) { node.WaitForEffect(deadline); });
  }
  void Heal(Deadline deadline) override {
    OnAll(nodes_, [&](PowerCutTarget& node) { node.Heal(deadline); });
  }
  void WaitForRecovery(Deadline deadline) override {
    OnAll(nodes_,
          [&](PowerCutTarget& node) { node.WaitForRecovery(deadline); });
  }

 private:
  void WaitUntilWritesAreLost(Deadline end) {
    try {
      Eventually(
          end, "a write that is not flushed", [&] { return WritesAreLost(); },
          Clock::Steady(), kLongestPause);
    } catch (const TimeoutError&) {
      throw NoEffectError(
          "power-cut-unflushed: in all the window each write was flushed");
    }
  }

  // First looks while they run, since stopping them takes time from them.
  bool CutIfWritesAreLost(Deadline deadline) {
    if (!WritesAreLost()) return false;
    for (const auto& node : nodes_) node->disk().Stop(deadline);
    if (!WritesAreLost()) {
      for (const auto& node : nodes_) node->disk().Continue();
      return false;
    }
    for (const auto& node : nodes_) node->CutPower();
    for (const auto& node : nodes_) LoseWrites(*node);
    return true;
  }

  // By one node at least; and it is known of all what they would lose.
  bool WritesAreLost() {
    bool some = false;
    for (const auto& node : nodes_) {
      const auto unflushed = node->disk().UnflushedWrites();
      if (!unflushed) return false;
      some = some || *unflushed > 0;
    }
    return some;
  }

  void LoseWrites(PowerCutTarget& node) {
    const WriteLoss loss = node.disk().Lose(kept_, seed_);
    Log(LogLevel::kInfo,
        fmt::format("{}: power cut: {} of {} unflushed writes dropped, {} "
                    "bytes",
                    node.name(), loss.dropped, loss.unflushed,
                    loss.dropped_bytes));
  }

  const KeptWrites kept_;
  const Duration window_;
  const std::uint64_t seed_;
  std::vector<std::unique_ptr<PowerCutTarget>> nodes_;
};

std::vector<ParameterSpec> Parameters() {
  using Type = ParameterSpec::Type;
  return {{.name = "keep",
           .description = "what was flushed only, the first writes after it "
                          "too, or a part of the next one in addition",
           .type = Type::kChoice,
           .default_value = "flushed",
           .choices = {"flushed", "prefix", "torn"}},
          {.name = "window",
           .description = "how long to wait for a moment when writes are lost",
           .type = Type::kDuration,
           .default_value = "20s",
           .minimum = 0.1,
           .maximum = 120},
          {.name = "seed",
           .description = "draws how much is kept",
           .type = Type::kNumber,
           .default_value = "1000",
           .minimum = 0,
           .maximum = 1e9}};
}

}  // namespace

FaultKind UnflushedPowerCutKind() {
  return {.name = "power-cut-unflushed",
          .description =
              "power cut of all targets at once, at a moment when "
              "it loses writes to the disk that were not flushed; "
              "healed: powered on",
          .area = FaultArea::kMachine,
          .targets = {.fewest = 1, .most = TargetCount::kAll},
          .stops_node = true,
          .parameters = Parameters(),
          .make = [](const FaultContext& context,
                     const FaultSpec& spec) -> std::unique_ptr<Fault> {
            return std::make_unique<UnflushedPowerCut>(context, spec);
          }};
}

}  // namespace faultline::internal
