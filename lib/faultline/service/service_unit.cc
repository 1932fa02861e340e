#include "faultline/service/service_unit.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "faultline/base/eventually.h"

namespace faultline {
namespace {

constexpr char kRestartDropIn[] = "faultline-restart.conf";

double Seconds(Duration duration) {
  return std::chrono::duration<double>(duration).count();
}

std::string Trimmed(std::string text) {
  text.erase(text.find_last_not_of(" \n") + 1);
  return text;
}

void WaitUntilStopped(Node& node, const std::string& unit,
                      const std::string& signal, Deadline deadline) {
  Eventually(
      deadline,
      fmt::format("{}: {} to be gone after {}", node.name(), unit, signal),
      [&](LastSeen& seen) {
        const std::string state = UnitState(node, unit, deadline);
        seen.Set(state);
        return state == "failed" || state == "inactive";
      });
}

}  // namespace

void StartUnits(Node& node, const std::vector<std::string>& units,
                Deadline deadline) {
  const std::string names = fmt::format("{}", fmt::join(units, " "));
  // A unit that has failed often is refused by its start limit until reset.
  node.Succeed(fmt::format("systemctl reset-failed {0}; "
                           "systemctl start --no-block {0}",
                           names),
               deadline);
}

void KillUnits(Node& node, const std::vector<std::string>& units,
               Deadline deadline) {
  for (const std::string& unit : units)
    SignalUnit(node, unit, "KILL", deadline);
  for (const std::string& unit : units)
    WaitUntilStopped(node, unit, "SIGKILL", deadline);
}

void TerminateUnits(Node& node, const std::vector<std::string>& units,
                    Deadline deadline) {
  for (auto unit = units.rbegin(); unit != units.rend(); ++unit) {
    SignalUnit(node, *unit, "TERM", deadline);
    WaitUntilStopped(node, *unit, "SIGTERM", deadline);
  }
}

void SignalUnit(Node& node, const std::string& unit, const std::string& signal,
                Deadline deadline) {
  node.Succeed(fmt::format("systemctl kill --signal={} --kill-who=main {}",
                           signal, unit),
               deadline);
}

std::string UnitState(Node& node, const std::string& unit, Deadline deadline) {
  return Trimmed(
      node.Execute("systemctl is-active " + unit, deadline).standard_output);
}

std::string NameWithVersion(Cluster& cluster, const std::string& service) {
  const auto& services = cluster.node(1).machine().options().image.services;
  const auto found = services.find(service);
  return found == services.end() ? service : service + " " + found->second;
}

std::string MainPid(Node& node, const std::string& unit, Deadline deadline) {
  return Trimmed(node.Succeed(
      "systemctl show --property=MainPID --value " + unit, deadline));
}

void SetRestartPolicy(Node& node, const std::vector<std::string>& units,
                      const RestartPolicy& policy, Deadline deadline) {
  const std::string text = fmt::format(
      "[Unit]\\nStartLimitIntervalSec={}\\nStartLimitBurst={}\\n"
      "[Service]\\nRestart={}\\nRestartSec={}\\n",
      Seconds(policy.interval), policy.most_starts, policy.restart,
      Seconds(policy.pause));
  std::string command;
  for (const std::string& unit : units) {
    command += fmt::format(
        "mkdir -p /run/systemd/system/{0}.d && "
        "printf '{1}' >/run/systemd/system/{0}.d/{2} && ",
        unit, text, kRestartDropIn);
  }
  node.Succeed(command + "systemctl daemon-reload", deadline);
}

void DropRestartPolicy(Node& node, const std::vector<std::string>& units,
                       Deadline deadline) {
  std::string command;
  for (const std::string& unit : units) {
    command += fmt::format("rm -f /run/systemd/system/{}.d/{} && ", unit,
                           kRestartDropIn);
  }
  node.Succeed(command + "systemctl daemon-reload", deadline);
}

SupervisedState AskSupervisor(Node& node, const std::string& unit,
                              Deadline deadline) {
  std::istringstream lines(
      node.Succeed("systemctl show --property=ActiveState,Result,NRestarts,"
                   "MainPID " +
                       unit,
                   deadline));
  SupervisedState state;
  for (std::string line; std::getline(lines, line);) {
    const std::size_t sign = line.find('=');
    if (sign == std::string::npos) continue;
    const std::string name = line.substr(0, sign);
    const std::string value = Trimmed(line.substr(sign + 1));
    if (name == "ActiveState") state.active = value;
    if (name == "Result") state.result = value;
    if (name == "NRestarts") state.restarts = std::atoi(value.c_str());
    if (name == "MainPID") state.main_pid = value;
  }
  return state;
}

std::string ToText(const SupervisedState& state) {
  return fmt::format("{}, {} restarts, result {}", state.active, state.restarts,
                     state.result);
}

std::string UnitJournalTail(Node& node, const std::string& unit,
                            Deadline deadline) {
  std::string tail =
      node.Execute(fmt::format("journalctl --unit {} --output cat --no-pager "
                               "--lines 3",
                               unit),
                   deadline)
          .standard_output;
  std::ranges::replace(tail, '\n', ' ');
  return tail;
}

}  // namespace faultline
