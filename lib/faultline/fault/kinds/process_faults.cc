// Faults of the service's process, its machine unharmed.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include "faultline/base/eventually.h"
#include "faultline/fault/kinds/fault_kinds.h"
#include "faultline/fault/kinds/guest_loop.h"
#include "faultline/fault/kinds/node_fault.h"
#include "faultline/fault/kinds/service_process.h"
#include "faultline/service/service_unit.h"

namespace faultline::internal {
namespace {

class ProcessFault : public NodeFault {
 public:
  ProcessFault(const FaultContext& context, Node& node, const FaultSpec& spec)
      : NodeFault(context, node), units_(UnitsHit(context, node, spec)) {}

  void WaitForRecovery(Deadline deadline) override {
    WaitUntilItAnswers(deadline);
  }

 protected:
  const std::vector<std::string>& units() const { return units_; }
  const MainPids& pids() const { return pids_; }
  void RememberPids(Deadline deadline) {
    pids_ = RequireMainPids(node(), units_, deadline);
  }
  bool HitsAllUnits() const { return units_ == service().units(node()); }

 private:
  const std::vector<std::string> units_;
  MainPids pids_;  // when it was injected
};

// The processes end, and nobody starts them until Heal.
class EndedProcess : public ProcessFault {
 public:
  using ProcessFault::ProcessFault;

  void Inject(Deadline deadline) final {
    RememberPids(deadline);
    ended_ = true;
    End(deadline);
  }

  void WaitForEffect(Deadline deadline) final {
    for (const auto& [unit, pid] : pids()) {
      if (node().Execute("test -e /proc/" + pid, deadline).Succeeded())
        throw NoEffectError(fmt::format("{}: process {} of {} still runs",
                                        node().name(), pid, unit));
    }
  }

  // A machine that lost its power meanwhile starts it when it is back.
  void Heal(Deadline deadline) final {
    if (ended_ && node().Running()) StartService(deadline);
    ended_ = false;
  }

 private:
  virtual void End(Deadline deadline) = 0;

  bool ended_ = false;
};

class ProcessKill : public EndedProcess {
 public:
  using EndedProcess::EndedProcess;

 private:
  void End(Deadline deadline) override {
    if (HitsAllUnits()) {
      service().Kill(node(), deadline);
    } else {
      KillUnits(node(), units(), deadline);
    }
  }
};

class ProcessTerminate : public EndedProcess {
 public:
  using EndedProcess::EndedProcess;

 private:
  void End(Deadline deadline) override {
    TerminateUnits(node(), units(), deadline);
  }
};

class ProcessPause : public ProcessFault {
 public:
  using ProcessFault::ProcessFault;

  void Inject(Deadline deadline) override {
    RememberPids(deadline);
    for (const std::string& unit : units())
      SignalUnit(node(), unit, "STOP", deadline);
  }

  void WaitForEffect(Deadline deadline) override {
    for (const auto& [unit, pid] : pids()) {
      const std::string state = State(pid, deadline);
      if (!state.starts_with("T"))
        throw NoEffectError(
            fmt::format("{}: process {} of {} is not stopped: "
                        "{}",
                        node().name(), pid, unit, state));
    }
  }

  // The signal goes to the process that was stopped: the service may have got
  // another one.
  void Heal(Deadline deadline) override {
    if (!node().Running()) return;
    for (const auto& [unit, pid] : pids())
      node().Succeed(
          fmt::format("! test -e /proc/{0} || kill -s CONT {0}", pid),
          deadline);
  }

 private:
  // "T (stopped)"
  std::string State(const std::string& pid, Deadline deadline) {
    return Trimmed(
        node()
            .Execute(
                fmt::format("sed -n 's/^State:\\s*//p' /proc/{}/status", pid),
                deadline)
            .standard_output);
  }
};

class ProcessRestartLoop : public ProcessFault {
 public:
  ProcessRestartLoop(const FaultContext& context, Node& node,
                     const FaultSpec& spec)
      : ProcessFault(context, node, spec),
        up_(DurationParameter(spec, "up")),
        down_(DurationParameter(spec, "down")) {}

  void Inject(Deadline deadline) override {
    RememberPids(deadline);
    active_ = true;
    StartInGuest(
        node(), kLoop,
        fmt::format("while :; do "
                    "systemctl kill --signal=KILL {0}; sleep {1}; "
                    "systemctl reset-failed {0}; "
                    "systemctl start --no-block {0}; sleep {2}; done",
                    fmt::join(units(), " "), Seconds(down_), Seconds(up_)),
        deadline);
  }

  void WaitForEffect(Deadline deadline) override {
    try {
      Eventually(deadline, node().name() + ": the service is another process",
                 [&] { return AllAreNew(node(), pids(), deadline); });
    } catch (const TimeoutError& error) {
      throw NoEffectError(error.what());
    }
  }

  void Heal(Deadline deadline) override {
    if (!active_) return;
    if (node().Running()) {
      StopInGuest(node(), kLoop, deadline);
      StartService(deadline);
    }
    active_ = false;
  }

 private:
  static constexpr char kLoop[] = "restart-loop";
  static double Seconds(Duration duration) {
    return std::chrono::duration<double>(duration).count();
  }

  const Duration up_;
  const Duration down_;
  bool active_ = false;
};

ParameterSpec Span(const char* name, const char* description,
                   const char* default_value) {
  return {.name = name,
          .description = description,
          .type = ParameterSpec::Type::kDuration,
          .default_value = default_value,
          .minimum = 0.1,
          .maximum = 60};
}

}  // namespace

std::vector<FaultKind> ProcessFaults() {
  const TargetCount any = {.fewest = 1, .most = TargetCount::kAll};
  return {
      {.name = "process-kill",
       .description = "SIGKILL to the service; healed: started again",
       .area = FaultArea::kService,
       .targets = any,
       .stops_node = true,
       .parameters = {UnitParameter()},
       .make = OnEachTargetBySpec<ProcessKill>()},
      {.name = "process-terminate",
       .description = "SIGTERM to the service, which ends in order; healed: "
                      "started again",
       .area = FaultArea::kService,
       .targets = any,
       .stops_node = true,
       .parameters = {UnitParameter()},
       .make = OnEachTargetBySpec<ProcessTerminate>()},
      {.name = "process-pause",
       .description = "SIGSTOP to the service; healed: SIGCONT",
       .area = FaultArea::kService,
       .targets = any,
       .stops_node = true,
       .parameters = {UnitParameter()},
       .make = OnEachTargetBySpec<ProcessPause>()},
      {.name = "process-restart-loop",
       .description = "the service is killed and started again and again",
       .area = FaultArea::kService,
       .targets = any,
       .stops_node = true,
       .comes_and_goes = true,
       .parameters = {Span("up", "from a start to the next kill", "1s"),
                      Span("down", "from a kill to the next start", "500ms"),
                      UnitParameter()},
       .make = OnEachTargetBySpec<ProcessRestartLoop>()},
  };
}

}  // namespace faultline::internal
