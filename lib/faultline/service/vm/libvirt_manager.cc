#include "faultline/service/vm/libvirt_manager.h"

#include <fmt/format.h>

#include "faultline/base/eventually.h"
#include "faultline/remote/shell_text.h"
#include "faultline/service/service_unit.h"
#include "faultline/service/vm/libvirt.h"
#include "faultline/service/vm/virsh.h"

namespace faultline {
namespace internal {
namespace {

constexpr std::chrono::seconds kOneLook{10};

// Goes on when libvirtd ends and comes back: a new listener each time.
constexpr char kListen[] =
    "setsid sh -c 'while :; do virsh -q -c qemu:///system event --event "
    "lifecycle --loop >>/run/vm-events; sleep 0.2; done' "
    "</dev/null >/dev/null 2>&1 &";

std::string MoveFile(const std::string& vm) { return "/run/move-" + vm; }

}  // namespace

std::string LibvirtManager::version() const {
  const auto& services =
      ImageOf(cluster_.options().nodes.node(1), cluster_.image()).services;
  const auto found = services.find("libvirt");
  return found == services.end() ? "" : " " + found->second;
}

std::string LibvirtManager::name() const { return "libvirt" + version(); }

std::vector<std::pair<std::string, std::string>> LibvirtManager::settings()
    const {
  return {};
}

std::string LibvirtManager::configuration() const { return name(); }

Capabilities LibvirtManager::capabilities() const {
  return {capability::kLiveMigration, capability::kSharedStorage};
}

std::vector<std::string> LibvirtManager::units(const Node& /*node*/) const {
  return {"faultline-libvirt.service"};
}

std::vector<Node*> LibvirtManager::nodes() const {
  const std::lock_guard lock(mutex_);
  return nodes_;
}

void LibvirtManager::Form(const std::vector<Node*>& nodes, Deadline deadline) {
  if (!this->nodes().empty())
    throw UsageError(name() + ": it was formed before");
  for (Node* node : nodes) Start(*node, deadline);
  Attach(nodes, deadline);
  for (Node* node : nodes) node->Succeed(kListen, deadline);
}

void LibvirtManager::Attach(const std::vector<Node*>& nodes,
                            Deadline deadline) {
  {
    const std::lock_guard lock(mutex_);
    nodes_ = nodes;
  }
  WaitUntilSettled(deadline);
}

void LibvirtManager::RequireAnswer(Node& node, Deadline deadline) {
  Virsh(node, "list --name", "list", deadline.Capped(Scaled(kOneLook)));
}

std::map<std::string, VmStatus> LibvirtManager::List(Node& host,
                                                     Deadline deadline) {
  return ParseDomainList(Virsh(host, "list --all", "list", deadline));
}

std::vector<VmEvent> LibvirtManager::Events(Node& host, Deadline deadline) {
  return ParseDomainEvents(
      host.Succeed("cat /run/vm-events 2>/dev/null || true", deadline));
}

void LibvirtManager::DoDefine(Node& host, const std::string& description,
                              Deadline deadline) {
  host.Upload(description, "/run/domain.xml", 0600, deadline);
  Virsh(host, "define /run/domain.xml", "define", deadline);
}

std::string LibvirtManager::Describe(const VmSpec& vm) const {
  return DomainXml(vm);
}

void LibvirtManager::Do(Node& host, const std::string& verb,
                        const std::string& vm, Deadline deadline) {
  Virsh(host, verb + " " + ShellQuote(vm), verb + " " + vm, deadline);
}

VmStatus LibvirtManager::AskState(Node& host, const std::string& vm,
                                  Deadline deadline) {
  try {
    return ParseDomainState(Virsh(host, "domstate --reason " + ShellQuote(vm),
                                  "state of " + vm, deadline));
  } catch (const CommandError& error) {
    if (std::string(error.what()).find("failed to get domain") ==
        std::string::npos)
      throw;
    return {VmState::kUndefined};
  }
}

// The process that is the machine is named by its own arguments.
void LibvirtManager::DoKillVm(Node& host, const std::string& vm,
                              const std::string& signal, Deadline deadline) {
  const std::string pattern =
      ShellQuote("^[^ ]*qemu-system-x86_64 -name guest=" + vm + ",");
  if (!host.Execute(fmt::format("pkill -{} -f {}", signal, pattern), deadline)
           .Succeeded())
    throw CommandError(
        fmt::format("{}: kill {}: it has no process", host.name(), vm));
  Eventually(
      deadline,
      fmt::format("{}: the process of {} to end after SIG{}", host.name(), vm,
                  signal),
      [&](LastSeen& seen) {
        seen.Set("it is there");
        return !host.Execute("pgrep -f " + pattern, deadline).Succeeded();
      });
}

void LibvirtManager::BeginMigration(Node& from, const std::string& vm, Node& to,
                                    const MigrationOptions& options,
                                    Deadline deadline) {
  const std::string move = VirshCommand(
      fmt::format("migrate --live --p2p {}{} qemu+tcp://{}/system",
                  options.copy_storage ? "--copy-storage-all " : "",
                  ShellQuote(vm), to.name()),
      deadline.Remaining());
  const std::string file = MoveFile(vm);
  from.Succeed(fmt::format("rm -f {0}.*; setsid sh -c {1} </dev/null "
                           ">/dev/null 2>&1 &",
                           file,
                           ShellQuote(fmt::format(
                               "{1} >{0}.said 2>&1; echo $? >{0}.new; mv "
                               "{0}.new {0}.ended",
                               file, move))),
               deadline);
}

MigrationResult LibvirtManager::WaitForMigration(Node& from,
                                                 const std::string& vm,
                                                 Deadline deadline) {
  const std::string file = MoveFile(vm);
  MigrationResult result;
  Recorded(from, vm, "migrate", [&] {
    const std::string code = Eventually(
        deadline, fmt::format("{}: the move of {} to end", from.name(), vm),
        [&](LastSeen& seen) -> std::optional<std::string> {
          const CommandResult ended = from.Execute(
              "cat " + file + ".ended", deadline.Capped(Scaled(kOneLook)));
          seen.Set("it goes on");
          if (!ended.Succeeded()) return std::nullopt;
          return ended.standard_output;
        });
    result.moved = code == "0\n";
    result.reason = OutputTail(from.Succeed("cat " + file + ".said", deadline));
    if (result.moved) {
      ReadJobInfo(Virsh(from, "domjobinfo --completed " + ShellQuote(vm),
                        "what the move of " + vm + " took", deadline),
                  result);
    }
  });
  return result;
}

}  // namespace internal

std::unique_ptr<VmManager> MakeLibvirt(Cluster& cluster) {
  return std::make_unique<internal::LibvirtManager>(cluster);
}

}  // namespace faultline
