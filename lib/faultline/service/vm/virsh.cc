#include "faultline/service/vm/virsh.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <sstream>

#include "faultline/base/error.h"
#include "faultline/remote/shell_text.h"

namespace faultline::internal {
namespace {

constexpr int kKilledByTimeout = 137;

std::string Trimmed(const std::string& text) {
  const auto begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string::npos) return "";
  return text.substr(begin, text.find_last_not_of(" \t\r\n") - begin + 1);
}

std::vector<std::string> LinesOf(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);)
    if (!Trimmed(line).empty()) lines.push_back(Trimmed(line));
  return lines;
}

VmState StateNamed(const std::string& state, const std::string& reason) {
  if (state == "running" || state == "idle" || state == "in shutdown")
    return VmState::kRunning;
  if (state == "paused") return VmState::kPaused;
  if (state == "crashed") return VmState::kCrashed;
  if (state == "shut off")
    // "failed" is one that could not be started.
    return reason == "crashed" ? VmState::kCrashed : VmState::kOff;
  throw CommandError(fmt::format("virsh named an unknown state \"{}\"", state));
}

// One machine has one id on all hosts, or it could not move (FNV-1a).
std::uint64_t IdOf(const std::string& name) {
  std::uint64_t id = 0xcbf29ce484222325;
  for (const unsigned char byte : name) id = (id ^ byte) * 0x100000001b3;
  return id & 0xffffffffffff;
}

}  // namespace

std::string VirshCommand(const std::string& arguments, Duration limit) {
  const double seconds = std::chrono::duration<double>(limit).count();
  return fmt::format("timeout -s KILL {:.0f} virsh -q -c qemu:///system {}",
                     std::max(1.0, std::floor(seconds)), arguments);
}

std::string Virsh(Node& host, const std::string& arguments,
                  const std::string& action, Deadline deadline) {
  const CommandResult result =
      host.Execute(VirshCommand(arguments, deadline.Remaining()), deadline);
  if (result.Succeeded()) return result.standard_output;
  const std::string words = OutputTail(result.standard_error);
  if (result.exit_code == kKilledByTimeout)
    throw TimeoutError(fmt::format("{}: {}: libvirt did not answer in time{}",
                                   host.name(), action,
                                   words.empty() ? "" : " (" + words + ")"));
  throw CommandError(fmt::format("{}: {}: {}", host.name(), action, words));
}

VmStatus ParseDomainState(const std::string& text) {
  const std::string line = Trimmed(text);
  const auto open = line.find(" (");
  const std::string state = line.substr(0, open);
  const std::string reason =
      open == std::string::npos ? ""
                                : line.substr(open + 2, line.size() - open - 3);
  return {StateNamed(state, reason), reason};
}

std::map<std::string, VmStatus> ParseDomainList(const std::string& text) {
  std::map<std::string, VmStatus> machines;
  for (const std::string& line : LinesOf(text)) {
    std::istringstream words(line);
    std::string id;
    std::string name;
    std::string state;
    words >> id >> name;
    std::getline(words, state);
    machines[name] = {StateNamed(Trimmed(state), "")};
  }
  return machines;
}

std::vector<VmEvent> ParseDomainEvents(const std::string& text) {
  constexpr std::string_view kLead = "event 'lifecycle' for domain '";
  std::vector<VmEvent> events;
  for (const std::string& line : LinesOf(text)) {
    const auto lead = line.find(kLead);
    if (lead == std::string::npos) continue;
    const auto name = lead + kLead.size();
    const auto end = line.find("': ", name);
    if (end == std::string::npos) continue;
    events.push_back({line.substr(name, end - name), line.substr(end + 3)});
  }
  return events;
}

void ReadJobInfo(const std::string& text, MigrationResult& result) {
  for (const std::string& line : LinesOf(text)) {
    const auto colon = line.find(':');
    if (colon == std::string::npos) continue;
    const std::string name = line.substr(0, colon);
    std::istringstream value(line.substr(colon + 1));
    if (name == "Time elapsed") value >> result.total_ms;
    if (name == "Total downtime") value >> result.downtime_ms;
  }
}

std::string DomainXml(const VmSpec& vm) {
  return fmt::format(R"(<domain type='qemu'>
  <name>{}</name>
  <uuid>7e1f0001-0000-4000-8000-{:012x}</uuid>
  <memory unit='MiB'>{}</memory>
  <vcpu>1</vcpu>
  <os><type arch='x86_64' machine='pc'>hvm</type></os>
  <features><acpi/><tcg><tb-cache unit='MiB'>16</tb-cache></tcg></features>
  <on_reboot>destroy</on_reboot>
  <on_crash>destroy</on_crash>
  <devices>
    <disk type='block' device='disk'>
      <driver name='qemu' type='raw' cache='none' io='threads'/>
      <source dev='/dev/disk/by-id/virtio-{}'/>
      <target dev='hda' bus='ide'/>
    </disk>
    <serial type='file'>
      <source path='/dev/virtio-ports/{}' append='on'/>
    </serial>
    <controller type='usb' model='none'/>
    <memballoon model='none'/>
    <video><model type='none'/></video>
  </devices>
</domain>
)",
                     vm.name, IdOf(vm.name), vm.memory_mib, vm.disk,
                     vm.channel);
}

}  // namespace faultline::internal
