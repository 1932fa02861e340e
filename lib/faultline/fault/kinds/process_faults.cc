// Faults of the service's process, its machine unharmed.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <optional>

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

// The process ends again and again, and its supervisor starts it again, until
// it gives up.
class ProcessCrash : public ProcessFault {
 public:
  ProcessCrash(const FaultContext& context, Node& node, const FaultSpec& spec)
      : ProcessFault(context, node, spec),
        signal_(TextParameter(spec, "signal")),
        times_(static_cast<int>(NumberParameter(spec, "times"))),
        policy_{
            .pause = DurationParameter(spec, "pause"),
            .most_starts = static_cast<int>(NumberParameter(spec, "starts")),
            .interval = DurationParameter(spec, "interval")} {}

  void Inject(Deadline deadline) override {
    RememberPids(deadline);
    supervised_ = true;
    SetRestartPolicy(node(), units(), policy_, deadline);
    for (const std::string& unit : units()) {
      std::string last = pids().at(unit);
      for (int i = 0; i < times_ && !last.empty(); ++i) {
        SignalUnit(node(), unit, signal_, deadline);
        last = WaitForAnother(unit, last, deadline);
      }
    }
  }

  // It restarts at once: that it was gone is told by who counts restarts.
  void WaitForEffect(Deadline deadline) override {
    for (const std::string& unit : units()) {
      const SupervisedState state = AskSupervisor(node(), unit, deadline);
      if (state.restarts == 0 && !state.GaveUp()) {
        throw NoEffectError(
            fmt::format("{}: {} was not restarted by its supervisor: {}",
                        node().name(), unit, ToText(state)));
      }
    }
  }

  void Heal(Deadline deadline) override {
    if (!supervised_) return;
    if (node().Running()) {
      DropRestartPolicy(node(), units(), deadline);
      StartService(deadline);
    }
    supervised_ = false;
  }

 private:
  // Its process id; empty: its supervisor gave up.
  std::string WaitForAnother(const std::string& unit, const std::string& last,
                             Deadline deadline) {
    return Eventually(
        deadline,
        fmt::format("{}: {} to be started again, or given up, after SIG{}",
                    node().name(), unit, signal_),
        [&](LastSeen& seen) -> std::optional<std::string> {
          const SupervisedState state = AskSupervisor(node(), unit, deadline);
          seen.Set(ToText(state));
          if (state.GaveUp()) return std::string();
          const bool another = state.main_pid != last && state.main_pid != "0";
          return another ? std::optional(state.main_pid) : std::nullopt;
        });
  }

  const std::string signal_;
  const int times_;
  const RestartPolicy policy_;
  bool supervised_ = false;
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

std::vector<ParameterSpec> CrashParameters() {
  return {{.name = "signal",
           .description = "what ends it",
           .type = ParameterSpec::Type::kChoice,
           .default_value = "KILL",
           .choices = {"KILL", "TERM", "ABRT"}},
          {.name = "times",
           .description = "how often, each time once another process is there",
           .default_value = "1",
           .minimum = 1,
           .maximum = 20},
          {.name = "starts",
           .description = "the supervisor starts it as often within `interval`",
           .default_value = "5",
           .minimum = 1,
           .maximum = 100},
          {.name = "interval",
           .description = "of its start limit",
           .type = ParameterSpec::Type::kDuration,
           .default_value = "10s",
           .minimum = 1,
           .maximum = 600},
          Span("pause", "from an end to the next start", "100ms"),
          UnitParameter()};
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
      {.name = "process-crash",
       .description = "the service's process is ended so many times, and its "
                      "supervisor starts it again, up to its start limit; "
                      "healed: as before, and started",
       .area = FaultArea::kService,
       .targets = any,
       .stops_node = true,
       .comes_and_goes = true,
       .parameters = CrashParameters(),
       .make = OnEachTargetBySpec<ProcessCrash>()},
  };
}

}  // namespace faultline::internal
