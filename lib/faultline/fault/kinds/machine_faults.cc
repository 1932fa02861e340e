// Faults of a whole machine: its power, its processor, its memory.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "faultline/base/eventually.h"
#include "faultline/fault/kinds/fault_kinds.h"
#include "faultline/fault/kinds/guest_loop.h"
#include "faultline/fault/kinds/host_starvation.h"
#include "faultline/fault/kinds/node_fault.h"
#include "faultline/fault/kinds/unflushed_power_cut.h"

namespace faultline::internal {
namespace {

class PowerCut : public NodeFault {
 public:
  using NodeFault::NodeFault;

  void Inject(Deadline) override {
    cut_ = true;
    node().PowerCut();
  }
  void WaitForEffect(Deadline) override {
    if (node().Running())
      throw NoEffectError(node().name() + ": still runs after a power cut");
  }
  void Heal(Deadline deadline) override {
    if (!cut_) return;
    node().Start(deadline);
    StartService(deadline);
    cut_ = false;
  }
  void WaitForRecovery(Deadline deadline) override {
    WaitUntilItAnswers(deadline);
  }

 private:
  bool cut_ = false;
};

// The guest's clocks stand still meanwhile; the wall clock is set when it is
// healed, as a hypervisor's guest tools do.
class Freeze : public NodeFault {
 public:
  using NodeFault::NodeFault;

  void Inject(Deadline deadline) override {
    frozen_ = true;
    node().Freeze(deadline);
  }
  void WaitForEffect(Deadline deadline) override {
    const auto status =
        node().machine().qmp()->Execute("query-status", deadline);
    if (status.value("running", true))
      throw NoEffectError(node().name() + ": QEMU still runs the guest");
  }
  void Heal(Deadline deadline) override {
    if (frozen_ && node().Running()) {
      node().Thaw(deadline);
      node().machine().agent()->SetClock(deadline);
    }
    frozen_ = false;
  }
  void WaitForRecovery(Deadline deadline) override {
    WaitUntilItAnswers(deadline);
  }

 private:
  bool frozen_ = false;
};

// The guest starts anew by itself, its service does not.
class Reset : public NodeFault {
 public:
  using NodeFault::NodeFault;

  void Inject(Deadline deadline) override {
    boot_ = BootId(deadline);
    reset_ = true;
    node().Reboot(deadline);
  }
  void WaitForEffect(Deadline deadline) override {
    if (BootId(deadline) == boot_)
      throw NoEffectError(node().name() + ": it is still the same boot");
  }
  void Heal(Deadline deadline) override {
    if (reset_ && node().Running()) StartService(deadline);
    reset_ = false;
  }
  void WaitForRecovery(Deadline deadline) override {
    WaitUntilItAnswers(deadline);
  }

 private:
  std::string BootId(Deadline deadline) {
    return node().Succeed("cat /proc/sys/kernel/random/boot_id", deadline);
  }

  std::string boot_;
  bool reset_ = false;
};

class CpuStarvation : public NodeFault {
 public:
  CpuStarvation(const FaultContext& context, Node& node, const FaultSpec& spec)
      : NodeFault(context, node),
        share_(PercentParameter(spec, "share") / 100),
        period_(DurationParameter(spec, "period")) {}

  void Inject(Deadline) override {
    starvation_ = std::make_unique<HostStarvation>(node().machine().process(),
                                                   share_, period_);
  }
  void WaitForEffect(Deadline deadline) override {
    starvation_->WaitForEffect(deadline);
  }
  void Heal(Deadline) override { starvation_.reset(); }
  void WaitForRecovery(Deadline deadline) override {
    if (node().Running()) WaitUntilItAnswers(deadline);
  }

 private:
  const double share_;
  const Duration period_;
  std::unique_ptr<HostStarvation> starvation_;
};

// A file system in memory takes what is left: nothing that the kernel could
// kill to get it back. It is given back by the guest itself in the end, because
// a guest without memory may be too slow for whoever wants to heal it.
class MemoryPressure : public NodeFault {
 public:
  MemoryPressure(const FaultContext& context, Node& node, const FaultSpec& spec)
      : NodeFault(context, node),
        left_mib_(static_cast<int>(NumberParameter(spec, "left_mib"))),
        at_most_(DurationParameter(spec, "at_most")) {}

  void Inject(Deadline deadline) override {
    active_ = true;
    const int available = AvailableMib(deadline);
    if (available <= left_mib_)
      throw NoEffectError(fmt::format("{}: only {} MiB are available already",
                                      node().name(), available));
    StartInGuest(
        node(), kUnit,
        fmt::format("echo -1000 >/proc/self/oom_score_adj; mkdir -p {0}; "
                    "mount -t tmpfs -o size=100% filler {0} && "
                    "fallocate -l {1}M {0}/filler; sleep {2}; umount {0}",
                    kPlace, available - left_mib_,
                    std::chrono::duration<double>(at_most_).count()),
        deadline);
  }
  void WaitForEffect(Deadline deadline) override {
    try {
      Eventually(deadline, node().name() + ": its memory is taken",
                 [&](LastSeen& seen) {
                   const int available = AvailableMib(deadline);
                   seen.Set(fmt::format("{} MiB available", available));
                   return available <= 2 * left_mib_;
                 });
    } catch (const TimeoutError& error) {
      throw NoEffectError(error.what());
    }
  }
  // The memory first: all that follows is quicker then.
  void Heal(Deadline deadline) override {
    if (active_ && node().Running()) {
      const std::string give_back =
          fmt::format("! mountpoint -q {0} || umount {0}", kPlace);
      node().Execute(give_back, deadline);
      StopInGuest(node(), kUnit, deadline);
      node().Succeed(give_back, deadline);
    }
    active_ = false;
  }
  // The kernel may have killed the service for its memory.
  void WaitForRecovery(Deadline deadline) override {
    if (!node().Running()) return;
    StartService(deadline);
    WaitUntilItAnswers(deadline);
  }

 private:
  static constexpr char kUnit[] = "memory-pressure";
  static constexpr char kPlace[] = "/run/faultline-memory";

  int AvailableMib(Deadline deadline) {
    return std::stoi(node().Succeed(
        "awk '/^MemAvailable/ { print int($2 / 1024) }' /proc/meminfo",
        deadline));
  }

  const int left_mib_;
  const Duration at_most_;
  bool active_ = false;
};

FaultKind CpuStarvationKind(TargetCount any) {
  return {.name = "cpu-starvation",
          .description =
              "the guest gets a share of its processor only, in "
              "slices; its clocks go on",
          .area = FaultArea::kMachine,
          .targets = any,
          .comes_and_goes = true,
          .parameters = {{.name = "share",
                          .description = "of the time that it may run",
                          .type = ParameterSpec::Type::kPercent,
                          .default_value = "20%",
                          .minimum = 1,
                          .maximum = 90},
                         {.name = "period",
                          .description = "one slice and one pause",
                          .type = ParameterSpec::Type::kDuration,
                          .default_value = "200ms",
                          .minimum = 0.01,
                          .maximum = 10}},
          .make = OnEachTargetBySpec<CpuStarvation>()};
}

FaultKind MemoryPressureKind(TargetCount any) {
  return {.name = "memory-pressure",
          .description =
              "almost all of the guest's memory is taken; what asks "
              "for more is killed, if not control",
          .area = FaultArea::kMachine,
          .targets = any,
          .parameters = {{.name = "left_mib",
                          .description = "MiB that stay available",
                          .type = ParameterSpec::Type::kNumber,
                          .default_value = "48",
                          .minimum = 16,
                          .maximum = 4096},
                         {.name = "at_most",
                          .description = "the guest heals itself after that",
                          .type = ParameterSpec::Type::kDuration,
                          .default_value = "60s",
                          .minimum = 1,
                          .maximum = 3600}},
          .make = OnEachTargetBySpec<MemoryPressure>()};
}

}  // namespace

std::vector<FaultKind> MachineFaults() {
  const TargetCount any = {.fewest = 1, .most = TargetCount::kAll};
  return {
      {.name = "power-cut",
       .description = "SIGKILL to QEMU: memory is lost, what was written to "
                      "the disk is kept; healed: powered on",
       .area = FaultArea::kMachine,
       .targets = any,
       .stops_node = true,
       .make = OnEachTarget<PowerCut>()},
      UnflushedPowerCutKind(),
      {.name = "freeze",
       .description = "QEMU stops the guest between two instructions; its "
                      "clocks stand still; healed: goes on, wall clock set",
       .area = FaultArea::kMachine,
       .targets = any,
       .stops_node = true,
       .make = OnEachTarget<Freeze>()},
      {.name = "reset",
       .description = "the reset button; the guest boots at once; healed: its "
                      "service is started",
       .area = FaultArea::kMachine,
       .targets = any,
       .stops_node = true,
       .make = OnEachTarget<Reset>()},
      CpuStarvationKind(any),
      MemoryPressureKind(any),
  };
}

}  // namespace faultline::internal
