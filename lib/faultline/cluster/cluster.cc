#include "faultline/cluster/cluster.h"

#include <fmt/format.h>

#include <exception>
#include <thread>

#include "faultline/base/error.h"
#include "faultline/base/log.h"
#include "faultline/base/sparse_copy.h"
#include "faultline/remote/ssh_remote.h"

namespace faultline {
namespace {

constexpr std::chrono::seconds kLegStarts{10};

std::string DataAddress(int index) { return fmt::format("192.0.2.{}", index); }

std::string HostsLines(int nodes) {
  std::string lines;
  for (int index = 1; index <= nodes; ++index)
    lines += fmt::format("{} node{}\n", DataAddress(index), index);
  return lines + fmt::format("{} tester\n", DataLeg::Options{}.address);
}

// Runs `action` for each node at once; the first failure is thrown once all
// have ended.
template <typename Action>
void ForAllNodes(const std::vector<std::unique_ptr<Node>>& nodes,
                 Action action) {
  std::vector<std::exception_ptr> failures(nodes.size());
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      threads.emplace_back([&, i] {
        try {
          action(*nodes[i]);
        } catch (...) {
          failures[i] = std::current_exception();
        }
      });
    }
  }
  for (const std::exception_ptr& failure : failures) {
    if (failure) std::rethrow_exception(failure);
  }
}

}  // namespace

Cluster::Cluster(const ClusterOptions& options, GuestImage image,
                 Deadline deadline)
    : options_(options),
      image_(std::move(image)),
      accelerator_(ProbeAccelerator(warden_, image_)),
      user_key_(GenerateSshKey("faultline")),
      scratch_("faultline", warden_) {
  CheckNodeSpecs(options.nodes, options.shared_disks);
  MakeSharedDisks();
  switch_ = std::make_unique<VdeSwitch>(warden_, scratch_.path(), deadline);
  network_ = std::make_unique<Network>(warden_, *switch_, options.nodes.size());
  for (int index = 1; index <= options.nodes.size(); ++index)
    nodes_.push_back(MakeNode(index));
}

Cluster::~Cluster() {
  for (const std::unique_ptr<Node>& node : nodes_) {
    try {
      node->PowerCut();
    } catch (const std::exception& error) {
      // The warden is dead, say, whose end kills what is left.
      Log(LogLevel::kError,
          fmt::format("{}: power off: {}", node->name(), error.what()));
    }
  }
}

std::vector<Node*> Cluster::nodes() const {
  std::vector<Node*> nodes;
  for (const std::unique_ptr<Node>& node : nodes_) nodes.push_back(node.get());
  return nodes;
}

void Cluster::MakeSharedDisks() {
  for (const SharedDisk& disk : options_.shared_disks)
    MakeBlankDisk("shared disk " + disk.serial,
                  SharedDiskPath(scratch_.path(), disk), disk.mib);
}

std::filesystem::path Cluster::SharedDiskFile(const std::string& serial) const {
  for (const SharedDisk& disk : options_.shared_disks)
    if (disk.serial == serial) return SharedDiskPath(scratch_.path(), disk);
  throw UsageError(fmt::format("cluster: no shared disk \"{}\"", serial));
}

DataLeg& Cluster::data_leg() {
  const std::lock_guard lock(leg_mutex_);
  if (leg_) return *leg_;
  const std::filesystem::path directory = scratch_.path() / "leg";
  std::filesystem::create_directories(directory);
  std::filesystem::permissions(directory, std::filesystem::perms::owner_all);
  leg_ = std::make_unique<DataLeg>(warden_, *switch_,
                                   DataLeg::Options{.directory = directory},
                                   Within(kLegStarts));
  return *leg_;
}

std::unique_ptr<Node> Cluster::MakeNode(int index) {
  const NodeIdentity identity{.name = fmt::format("node{}", index),
                              .index = index,
                              .data_address = DataAddress(index)};
  const SshKeyPair host_key = GenerateSshKey(identity.name);
  MachineOptions machine_options = OptionsFor(
      options_.nodes.node(index), ImageOf(options_.nodes.node(index), image_),
      options_.boot_path, DisksSeenBy(index, options_.shared_disks),
      scratch_.path());
  machine_options.name = identity.name;
  machine_options.accelerator = accelerator_.name;
  machine_options.index = index;
  machine_options.directory = scratch_.path() / identity.name;
  machine_options.switch_directory = switch_->plug_directory();
  machine_options.forwarded_ports = {22};
  machine_options.credentials = {
      {"faultline.hostname", identity.name},
      {"faultline.data_address", identity.data_address + "/24"},
      {"faultline.host_key", host_key.private_key},
      {"faultline.authorized_key", user_key_.public_key},
      {"faultline.hosts", HostsLines(options_.nodes.size())}};
  for (int port : options_.ports)
    machine_options.forwarded_ports.push_back(port);
  std::filesystem::create_directory(machine_options.directory);
  auto machine = std::make_unique<Machine>(warden_, machine_options);
  auto remote = std::make_unique<SshRemote>(SshOptions{
      .name = identity.name,
      .port = [machine = machine.get()] { return machine->HostPort(22); },
      .private_key = user_key_.private_key,
      .host_public_key = host_key.public_key,
  });
  return std::make_unique<Node>(identity, std::move(machine),
                                std::move(remote));
}

void Cluster::Start(Deadline deadline) {
  ForAllNodes(nodes_, [this, deadline](Node& node) {
    node.Start(deadline, MemoryFileOf(node));
  });
}

void Cluster::Resume(const ClusterCheckpoint& checkpoint, Deadline deadline,
                     const std::function<void()>& first) {
  if (checkpoint.machines != 1 && checkpoint.machines != size())
    throw UsageError(fmt::format(
        "{} holds {} machines: it cannot become a cluster of {}",
        checkpoint.directory.string(), checkpoint.machines, size()));
  for (const SharedDisk& disk : options_.shared_disks) {
    const std::filesystem::path file = SharedDiskPath(scratch_.path(), disk);
    std::filesystem::remove(file);
    CopySparse(SharedDiskPath(checkpoint.directory, disk), file);
  }
  std::vector<MachineCheckpoint> machines;
  for (int index = 1; index <= size(); ++index)
    machines.push_back(
        checkpoint.machine(checkpoint.machines == 1 ? 1 : index));
  Resume(machines, deadline, first);
}

// All are loaded before any runs: what members of a formed cluster had in
// flight must find its receiver.
void Cluster::Resume(const std::vector<MachineCheckpoint>& machines,
                     Deadline deadline, const std::function<void()>& first) {
  if (static_cast<int>(machines.size()) != size())
    throw UsageError(fmt::format("{} machines cannot become a cluster of {}",
                                 machines.size(), size()));
  ForAllNodes(nodes_, [&](Node& node) {
    node.machine().Resume(machines.at(node.index() - 1), deadline,
                          MemoryFileOf(node));
  });
  ForAllNodes(nodes_, [deadline](Node& node) { node.Thaw(deadline); });
  if (first) first();
  ForAllNodes(nodes_, [deadline](Node& node) { node.TakeIdentity(deadline); });
}

ClusterCheckpoint Cluster::Save(Deadline deadline) {
  const ClusterCheckpoint checkpoint{options_.checkpoint_directory, size()};
  ForAllNodes(nodes_, [deadline](Node& node) {
    node.remote().Disconnect();
    node.machine().agent()->Hold(deadline);
  });
  ForAllNodes(nodes_, [deadline](Node& node) { node.Freeze(deadline); });
  ForAllNodes(nodes_, [&](Node& node) {
    node.machine().SaveTo(checkpoint.machine(node.index()), deadline);
  });
  for (const SharedDisk& disk : options_.shared_disks)
    CopySparse(SharedDiskPath(scratch_.path(), disk),
               SharedDiskPath(checkpoint.directory, disk));
  return checkpoint;
}

std::optional<std::filesystem::path> Cluster::MemoryFileOf(
    const Node& node) const {
  if (options_.checkpoint_directory.empty()) return std::nullopt;
  const ClusterCheckpoint checkpoint{options_.checkpoint_directory, size()};
  const MachineCheckpoint machine = checkpoint.machine(node.index());
  std::filesystem::create_directories(machine.directory);
  return machine.memory();
}

}  // namespace faultline
