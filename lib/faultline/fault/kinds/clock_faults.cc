// The guest's wall clock; its monotonic clock is untouched. No guest
// synchronises its time, so nothing works against them.
#include <fmt/format.h>

#include <chrono>

#include "faultline/fault/kinds/fault_kinds.h"
#include "faultline/fault/kinds/node_fault.h"
#include "faultline/fault/kinds/repeater.h"

namespace faultline::internal {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using Type = ParameterSpec::Type;

constexpr milliseconds kRight{100};
constexpr milliseconds kDriftStep{100};
constexpr seconds kOneAnswer{5};

class ClockFault : public NodeFault {
 public:
  using NodeFault::NodeFault;

  void WaitForRecovery(Deadline deadline) override {
    if (!node().Running()) return;
    const Duration offset = node().machine().agent()->ClockOffset(deadline);
    if (std::chrono::abs(offset) > kRight)
      throw CommandError(fmt::format("{}: its clock is still {} ahead",
                                     node().name(), ToText(offset)));
  }

 protected:
  void Adjust(Duration by, Deadline deadline) {
    node().machine().agent()->AdjustClock(by, deadline);
  }
  Duration Offset(Deadline deadline) {
    return node().machine().agent()->ClockOffset(deadline);
  }
  void SetRight(Deadline deadline) {
    if (node().Running()) node().machine().agent()->SetClock(deadline);
  }
  void Expect(bool has_effect, Duration offset) const {
    if (!has_effect)
      throw NoEffectError(fmt::format("{}: its clock is only {} ahead",
                                      node().name(), ToText(offset)));
  }
};

class ClockJump : public ClockFault {
 public:
  ClockJump(const FaultContext& context, Node& node, const FaultSpec& spec)
      : ClockFault(context, node), by_(DurationParameter(spec, "by")) {}

  void Inject(Deadline deadline) override {
    active_ = true;
    before_ = Offset(deadline);
    Adjust(by_, deadline);
  }
  void WaitForEffect(Deadline deadline) override {
    const Duration offset = Offset(deadline) - before_;
    Expect(std::chrono::abs(offset) > std::chrono::abs(by_) / 2, offset);
  }
  void Heal(Deadline deadline) override {
    if (active_) SetRight(deadline);
    active_ = false;
  }

 private:
  const Duration by_;
  Duration before_{};
  bool active_ = false;
};

// Steps that follow each other.
class SteppedClock : public ClockFault {
 public:
  using ClockFault::ClockFault;

  void Heal(Deadline deadline) override {
    stepping_.reset();
    if (active_) SetRight(deadline);
    active_ = false;
  }

 protected:
  // What `step` uses goes before this base does.
  void EndSteps() { stepping_.reset(); }
  void StepEvery(Duration period, std::function<void()> step) {
    active_ = true;
    stepping_ = std::make_unique<Repeater>(node().name() + ": clock", period,
                                           std::move(step));
  }

 private:
  bool active_ = false;
  std::unique_ptr<Repeater> stepping_;
};

class ClockDrift : public SteppedClock {
 public:
  ClockDrift(const FaultContext& context, Node& node, const FaultSpec& spec)
      : SteppedClock(context, node),
        rate_(PercentParameter(spec, "rate") / 100) {}

  ~ClockDrift() override { EndSteps(); }
  void Inject(Deadline deadline) override {
    before_ = Offset(deadline);
    last_ = std::chrono::steady_clock::now();
    StepEvery(kDriftStep, [this] {
      const TimePoint now = std::chrono::steady_clock::now();
      Adjust(std::chrono::duration_cast<Duration>((now - last_) * rate_),
             Deadline::After(kOneAnswer));
      last_ = now;
    });
  }
  void WaitForEffect(Deadline deadline) override {
    Duration offset{};
    while (std::chrono::abs(offset) < kEnough && !deadline.Expired())
      offset = Offset(deadline) - before_;
    Expect(std::chrono::abs(offset) >= kEnough &&
               (offset.count() > 0) == (rate_ > 0),
           offset);
  }

 private:
  static constexpr milliseconds kEnough{20};

  const double rate_;
  Duration before_{};
  TimePoint last_;  // of the repeater
};

class ClockStrobe : public SteppedClock {
 public:
  ClockStrobe(const FaultContext& context, Node& node, const FaultSpec& spec)
      : SteppedClock(context, node),
        by_(DurationParameter(spec, "by")),
        period_(DurationParameter(spec, "period")) {}

  ~ClockStrobe() override { EndSteps(); }
  void Inject(Deadline deadline) override {
    before_ = Offset(deadline);
    StepEvery(period_ / 2, [this] {
      Adjust(ahead_ ? -by_ : by_, Deadline::After(kOneAnswer));
      ahead_ = !ahead_;
    });
  }
  void WaitForEffect(Deadline deadline) override {
    Duration offset{};
    while (std::chrono::abs(offset) < std::chrono::abs(by_) / 2 &&
           !deadline.Expired())
      offset = Offset(deadline) - before_;
    Expect(std::chrono::abs(offset) >= std::chrono::abs(by_) / 2, offset);
  }

 private:
  const Duration by_;
  const Duration period_;
  Duration before_{};
  bool ahead_ = false;  // of the repeater
};

ParameterSpec By(const char* default_value) {
  return {.name = "by",
          .description = "how far it steps; backward if negative",
          .type = Type::kDuration,
          .default_value = default_value,
          .minimum = -86400,
          .maximum = 86400};
}

}  // namespace

std::vector<FaultKind> ClockFaults() {
  const TargetCount any = {.fewest = 1, .most = TargetCount::kAll};
  return {
      {.name = "clock-jump",
       .description = "the wall clock steps once; healed: set by this host's",
       .area = FaultArea::kClock,
       .targets = any,
       .parameters = {By("60s")},
       .make = OnEachTargetBySpec<ClockJump>()},
      {.name = "clock-drift",
       .description = "the wall clock goes too fast or too slow, in steps of "
                      "a tenth of a second's share",
       .area = FaultArea::kClock,
       .targets = any,
       .parameters = {{.name = "rate",
                       .description = "how much too fast; negative: too slow",
                       .type = Type::kPercent,
                       .default_value = "10%",
                       .minimum = -90,
                       .maximum = 1000}},
       .make = OnEachTargetBySpec<ClockDrift>()},
      {.name = "clock-strobe",
       .description = "the wall clock steps forward and back all the time",
       .area = FaultArea::kClock,
       .targets = any,
       .parameters = {By("10s"),
                      {.name = "period",
                       .description = "one step each way",
                       .type = Type::kDuration,
                       .default_value = "200ms",
                       .minimum = 0.01,
                       .maximum = 60}},
       .make = OnEachTargetBySpec<ClockStrobe>()},
  };
}

}  // namespace faultline::internal
