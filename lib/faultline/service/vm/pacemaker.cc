#include "faultline/service/vm/pacemaker.h"

#include <fmt/format.h>

#include <algorithm>
#include <random>

#include "faultline/base/eventually.h"
#include "faultline/remote/shell_text.h"
#include "faultline/service/service_unit.h"
#include "faultline/service/vm/libvirt_manager.h"
#include "faultline/service/vm/pacemaker_files.h"

namespace faultline {
namespace {

using std::chrono_literals::operator""s;
using internal::LibvirtManager;

constexpr auto kOneLook = 10s;

std::string NewSecret() {
  std::random_device random;
  return fmt::format("{:08x}{:08x}{:08x}{:08x}", random(), random(), random(),
                     random());
}

// Asks the cluster; libvirt on each host does the rest.
class Pacemaker : public PacemakerManager {
 public:
  Pacemaker(Cluster& cluster, const PacemakerOptions& options)
      : libvirt_(cluster), options_(options), power_(cluster, NewSecret()) {}
  void RecordTo(VmRecorder* recorder) override {
    VmManager::RecordTo(recorder);
    power_.RecordTo(recorder);
  }
  PowerController& power() override { return power_; }

  std::string name() const override;
  std::vector<std::pair<std::string, std::string>> settings() const override;
  std::string configuration() const override;
  Capabilities capabilities() const override;
  std::vector<std::string> units(const Node& node) const override;
  std::vector<Node*> nodes() const override { return libvirt_.nodes(); }
  Cluster& cluster() override { return libvirt_.cluster(); }
  void Form(const std::vector<Node*>& nodes, Deadline deadline) override;
  void Attach(const std::vector<Node*>& nodes, Deadline deadline) override;
  void RequireAnswer(Node& node, Deadline deadline) override;
  void WaitUntilSettled(Deadline deadline) override;

  std::map<std::string, VmStatus> List(Node& host, Deadline deadline) override {
    return libvirt_.List(host, deadline);
  }
  std::vector<VmEvent> Events(Node& host, Deadline deadline) override {
    return libvirt_.Events(host, deadline);
  }
  void BeginMigration(Node& from, const std::string& vm, Node& to,
                      const MigrationOptions& options,
                      Deadline deadline) override;
  MigrationResult WaitForMigration(Node& from, const std::string& vm,
                                   Deadline deadline) override;
  std::vector<std::string> OnlineHosts(Node& through,
                                       Deadline deadline) override;
  std::string Controller(Node& through, Deadline deadline) override;
  std::string HostOf(Node& through, const std::string& vm,
                     Deadline deadline) override;

 protected:
  void DoDefine(Node& host, const std::string& description,
                Deadline deadline) override;
  std::string Describe(const VmSpec& vm) const override;
  void Do(Node& host, const std::string& verb, const std::string& vm,
          Deadline deadline) override;
  VmStatus AskState(Node& host, const std::string& vm,
                    Deadline deadline) override {
    return libvirt_.AskState(host, vm, deadline);
  }
  void DoKillVm(Node& host, const std::string& vm, const std::string& signal,
                Deadline deadline) override {
    libvirt_.DoKillVm(host, vm, signal, deadline);
  }

 private:
  // What the cluster needs of libvirt on its hosts.
  struct Libvirt : LibvirtManager {
    using LibvirtManager::AskState;
    using LibvirtManager::Describe;
    using LibvirtManager::Do;
    using LibvirtManager::DoKillVm;
    using LibvirtManager::LibvirtManager;
  };

  void Configure(Node& node, const std::vector<Node*>& nodes,
                 Deadline deadline);
  void GiveSecret(Node& node, Deadline deadline);
  std::string Ask(Node& through, const std::string& command,
                  const std::string& action, Deadline deadline);

  mutable Libvirt libvirt_;
  const PacemakerOptions options_;
  std::mutex mutex_;
  std::map<std::string, std::string> moves_;  // machine -> target
  PowerController power_;
};

std::string Pacemaker::name() const {
  const auto services = ImageOf(libvirt_.cluster().options().nodes.node(1),
                                libvirt_.cluster().image())
                            .services;
  const auto found = services.find("pacemaker");
  return "Pacemaker" + (found == services.end() ? "" : " " + found->second) +
         " on " + libvirt_.name();
}

std::vector<std::pair<std::string, std::string>> Pacemaker::settings() const {
  return {{"token", ToText(options_.token)},
          {"fencing", options_.fencing ? "on" : "off"}};
}

std::string Pacemaker::configuration() const {
  std::vector<std::pair<std::string, std::string>> hosts;
  std::vector<std::string> names;
  for (Node* node : libvirt_.cluster().nodes()) {
    hosts.emplace_back(node->name(), node->data_address());
    names.push_back(node->name());
  }
  return name() + "\n" + internal::CorosyncConfiguration(hosts, options_) +
         internal::ClusterInformation(names, options_);
}

Capabilities Pacemaker::capabilities() const {
  return {capability::kLiveMigration, capability::kSharedStorage,
          capability::kVmRestart,     capability::kHostHealth,
          capability::kHostFailover,  capability::kFencing};
}

std::vector<std::string> Pacemaker::units(const Node& /*node*/) const {
  return {"faultline-libvirt.service", "faultline-corosync.service",
          "faultline-pacemaker.service"};
}

void Pacemaker::Configure(Node& node, const std::vector<Node*>& nodes,
                          Deadline deadline) {
  std::vector<std::pair<std::string, std::string>> hosts;
  std::vector<std::string> names;
  for (Node* host : nodes) {
    hosts.emplace_back(host->name(), host->data_address());
    names.push_back(host->name());
  }
  node.Succeed(
      "mkdir -p /var/lib/state/corosync/configuration && "
      "/usr/lib/faultline/pacemaker-directories",
      deadline);
  node.Upload(internal::CorosyncConfiguration(hosts, options_),
              "/var/lib/state/corosync/configuration/corosync.conf", 0644,
              deadline);
  GiveSecret(node, deadline);
  for (const VmSpec& vm : options_.vms)
    node.Upload(libvirt_.Describe(vm), internal::DomainFile(vm.name), 0600,
                deadline);
  const std::string cib = "/var/lib/state/pacemaker/cib/cib.xml";
  node.Upload(internal::ClusterInformation(names, options_), cib, 0600,
              deadline);
  node.Succeed("chown hacluster:haclient " + cib + " && sync", deadline);
}

void Pacemaker::GiveSecret(Node& node, Deadline deadline) {
  node.Upload(power_.secret() + "\n", "/var/lib/state/power-secret", 0600,
              deadline);
}

void Pacemaker::Form(const std::vector<Node*>& nodes, Deadline deadline) {
  if (!this->nodes().empty())
    throw UsageError(name() + ": it was formed before");
  for (Node* node : nodes) Configure(*node, nodes, deadline);
  libvirt_.Form(nodes, deadline);
  for (Node* node : nodes) Start(*node, deadline);
  WaitUntilSettled(deadline);
}

void Pacemaker::Attach(const std::vector<Node*>& nodes, Deadline deadline) {
  for (Node* node : nodes) GiveSecret(*node, deadline);
  libvirt_.Attach(nodes, deadline);
  WaitUntilSettled(deadline);
}

std::string Pacemaker::Ask(Node& through, const std::string& command,
                           const std::string& action, Deadline deadline) {
  const auto seconds = std::max<std::int64_t>(
      1, std::chrono::duration_cast<std::chrono::seconds>(deadline.Remaining())
             .count());
  const CommandResult result = through.Execute(
      fmt::format("timeout -s KILL {} {}", seconds, command), deadline);
  if (result.Succeeded()) return result.standard_output;
  throw CommandError(fmt::format("{}: {}: {}", through.name(), action,
                                 OutputTail(result.standard_error)));
}

void Pacemaker::RequireAnswer(Node& node, Deadline deadline) {
  const Deadline look = deadline.Capped(Scaled(kOneLook));
  libvirt_.RequireAnswer(node, look);
  Ask(node, "cibadmin --query --local --scope crm_config >/dev/null",
      "the cluster's information", look);
}

std::vector<std::string> Pacemaker::OnlineHosts(Node& through,
                                                Deadline deadline) {
  return internal::ParseOnline(
      Ask(through, "crm_mon -1", "the cluster's state", deadline));
}

std::string Pacemaker::Controller(Node& through, Deadline deadline) {
  return internal::ParseController(
      Ask(through, "crm_mon -1", "the cluster's state", deadline));
}

std::string Pacemaker::HostOf(Node& through, const std::string& vm,
                              Deadline deadline) {
  return internal::ParseLocation(
      Ask(through, "crm_resource --locate --resource " + ShellQuote(vm),
          "where " + vm + " runs", deadline));
}

// One member's view will do: all are in it, or it is not settled.
void Pacemaker::WaitUntilSettled(Deadline deadline) {
  Eventually(
      deadline, "all hosts to be online in the cluster",
      [&](LastSeen& seen) {
        Node& first = *nodes().front();
        const std::string state =
            Ask(first, "crm_mon -1", "the cluster's state",
                deadline.Capped(Scaled(kOneLook)));
        seen.Set(OutputTail(state, 12));
        const bool power = !options_.fencing ||
                           state.find("(stonith:fence_faultline):\t Started") !=
                               std::string::npos;
        return internal::ParseOnline(state).size() == nodes().size() && power;
      },
      Clock::Steady(), 2s);
}

void Pacemaker::DoDefine(Node& host, const std::string& /*description*/,
                         Deadline /*deadline*/) {
  throw CommandError(host.name() +
                     ": define: the cluster was told of its machines when it "
                     "was formed");
}

std::string Pacemaker::Describe(const VmSpec& vm) const {
  return libvirt_.Describe(vm);
}

void Pacemaker::Do(Node& host, const std::string& verb, const std::string& vm,
                   Deadline deadline) {
  if (verb == "suspend" || verb == "resume")
    return libvirt_.Do(host, verb, vm, deadline);
  if (verb != "start" && verb != "shutdown")
    throw CommandError(fmt::format("{}: {} {}: the cluster does not do that",
                                   host.name(), verb, vm));
  const bool starts = verb == "start";
  Ask(host,
      fmt::format("crm_resource --resource {} --meta --set-parameter "
                  "target-role --parameter-value {}",
                  ShellQuote(vm), starts ? "Started" : "Stopped"),
      verb + " " + vm, deadline);
  Eventually(
      deadline,
      fmt::format("{} to {}", vm, starts ? "run somewhere" : "run nowhere"),
      [&](LastSeen& seen) {
        const std::string where =
            HostOf(host, vm, deadline.Capped(Scaled(kOneLook)));
        seen.Set(where.empty() ? "nowhere" : where);
        return where.empty() != starts;
      },
      Clock::Steady(), 1s);
}

void Pacemaker::BeginMigration(Node& from, const std::string& vm, Node& to,
                               const MigrationOptions& options,
                               Deadline deadline) {
  if (options.copy_storage)
    throw GapError({capability::kLiveMigration,
                    "moving " + vm + " with its storage", name()});
  Ask(from,
      fmt::format("crm_resource --move --resource {} --node {}", ShellQuote(vm),
                  to.name()),
      "move " + vm, deadline);
  const std::lock_guard lock(mutex_);
  moves_[vm] = to.name();
}

MigrationResult Pacemaker::WaitForMigration(Node& from, const std::string& vm,
                                            Deadline deadline) {
  std::string target;
  {
    const std::lock_guard lock(mutex_);
    target = moves_.at(vm);
  }
  Recorded(from, vm, "migrate", [&] {
    Eventually(
        deadline,
        fmt::format("the cluster to say that {} is on {}", vm, target),
        [&](LastSeen& seen) {
          const std::string where =
              HostOf(from, vm, deadline.Capped(Scaled(kOneLook)));
          seen.Set(where);
          return where == target;
        },
        Clock::Steady(), 1s);
    Ask(from, "crm_resource --clear --resource " + ShellQuote(vm),
        "end the move of " + vm, deadline);
  });
  return {.moved = true};
}

}  // namespace

std::unique_ptr<PacemakerManager> MakePacemaker(
    Cluster& cluster, const PacemakerOptions& options) {
  return std::make_unique<Pacemaker>(cluster, options);
}

}  // namespace faultline
