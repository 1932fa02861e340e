// Faults of the service's process, its machine unharmed.
#include <fmt/format.h>

#include "faultline/base/eventually.h"
#include "faultline/fault/groups.h"
#include "faultline/fault/guest_loop.h"
#include "faultline/fault/node_fault.h"
#include "faultline/fault/service_process.h"

namespace faultline::internal {
namespace {

class ProcessFault : public NodeFault {
 public:
  using NodeFault::NodeFault;

  void WaitForRecovery(Deadline deadline) override {
    WaitUntilItAnswers(deadline);
  }

 protected:
  std::string RequirePid(Deadline deadline) {
    return RequireMainPid(node(), store(), deadline);
  }
  void Signal(const std::string& signal, Deadline deadline) {
    SignalService(node(), store(), signal, deadline);
  }
};

// The process ends, and nobody starts it until Heal.
class EndedProcess : public ProcessFault {
 public:
  using ProcessFault::ProcessFault;

  void Inject(Deadline deadline) final {
    pid_ = RequirePid(deadline);
    ended_ = true;
    End(deadline);
  }

  void WaitForEffect(Deadline deadline) final {
    if (node().Execute("test -e /proc/" + pid_, deadline).Succeeded())
      throw NoEffectError(
          fmt::format("{}: process {} still runs", node().name(), pid_));
  }

  // A machine that lost its power meanwhile starts it when it is back.
  void Heal(Deadline deadline) final {
    if (ended_ && node().Running()) StartService(deadline);
    ended_ = false;
  }

 private:
  virtual void End(Deadline deadline) = 0;

  std::string pid_;
  bool ended_ = false;
};

class ProcessKill : public EndedProcess {
 public:
  using EndedProcess::EndedProcess;

 private:
  void End(Deadline deadline) override {
    store().KillService(node(), deadline);
  }
};

class ProcessTerminate : public EndedProcess {
 public:
  using EndedProcess::EndedProcess;

 private:
  void End(Deadline deadline) override {
    EndServiceInOrder(node(), store(), deadline);
  }
};

class ProcessPause : public ProcessFault {
 public:
  using ProcessFault::ProcessFault;

  void Inject(Deadline deadline) override {
    pid_ = RequirePid(deadline);
    Signal("STOP", deadline);
  }

  void WaitForEffect(Deadline deadline) override {
    const std::string state = State(deadline);
    if (!state.starts_with("T"))
      throw NoEffectError(fmt::format("{}: process {} is not stopped: {}",
                                      node().name(), pid_, state));
  }

  // The signal goes to the process that was stopped: the service may have got
  // another one.
  void Heal(Deadline deadline) override {
    if (pid_.empty() || !node().Running()) return;
    node().Succeed(fmt::format("! test -e /proc/{0} || kill -s CONT {0}", pid_),
                   deadline);
  }

 private:
  // "T (stopped)"
  std::string State(Deadline deadline) {
    return Trimmed(
        node()
            .Execute(
                fmt::format("sed -n 's/^State:\\s*//p' /proc/{}/status", pid_),
                deadline)
            .standard_output);
  }

  std::string pid_;
};

class ProcessRestartLoop : public ProcessFault {
 public:
  ProcessRestartLoop(const FaultContext& context, Node& node,
                     const FaultSpec& spec)
      : ProcessFault(context, node),
        up_(DurationParameter(spec, "up")),
        down_(DurationParameter(spec, "down")) {}

  void Inject(Deadline deadline) override {
    pid_ = RequirePid(deadline);
    active_ = true;
    StartInGuest(node(), kLoop,
                 fmt::format("while :; do "
                             "systemctl kill --signal=KILL {0}; sleep {1}; "
                             "systemctl reset-failed {0}; "
                             "systemctl start --no-block {0}; sleep {2}; done",
                             store().unit(), Seconds(down_), Seconds(up_)),
                 deadline);
  }

  void WaitForEffect(Deadline deadline) override {
    try {
      Eventually(deadline, node().name() + ": the service is another process",
                 [&] {
                   const std::string pid = MainPid(node(), store(), deadline);
                   return pid != pid_ && pid != "0";
                 });
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
  std::string pid_;
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
       .make = OnEachTarget<ProcessKill>()},
      {.name = "process-terminate",
       .description = "SIGTERM to the service, which ends in order; healed: "
                      "started again",
       .area = FaultArea::kService,
       .targets = any,
       .stops_node = true,
       .make = OnEachTarget<ProcessTerminate>()},
      {.name = "process-pause",
       .description = "SIGSTOP to the service; healed: SIGCONT",
       .area = FaultArea::kService,
       .targets = any,
       .stops_node = true,
       .make = OnEachTarget<ProcessPause>()},
      {.name = "process-restart-loop",
       .description = "the service is killed and started again and again",
       .area = FaultArea::kService,
       .targets = any,
       .stops_node = true,
       .parameters = {Span("up", "from a start to the next kill", "1s"),
                      Span("down", "from a kill to the next start", "500ms")},
       .make = OnEachTargetBySpec<ProcessRestartLoop>()},
  };
}

}  // namespace faultline::internal
