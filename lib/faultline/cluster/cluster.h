#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "faultline/base/temporary_directory.h"
#include "faultline/base/warden.h"
#include "faultline/cluster/cluster_checkpoint.h"
#include "faultline/cluster/node.h"
#include "faultline/cluster/node_spec.h"
#include "faultline/net/data_leg.h"
#include "faultline/net/network.h"
#include "faultline/net/vde_switch.h"
#include "faultline/remote/ssh_key.h"
#include "faultline/vm/accelerator.h"
#include "faultline/vm/image.h"

namespace faultline {

struct ClusterOptions {
  NodeSpecs nodes = 3;
  std::vector<int> ports =
      {};  // guest TCP ports of the services under test, beside 22
  BootPath boot_path = BootPath::kDirect;
  std::vector<SharedDisk> shared_disks = {};
  // For whoever may choose between Start and Resume: only Start will do.
  bool cold = false;
  // Where the guests' memory lies, so that Save can keep it; empty: in QEMU.
  std::filesystem::path checkpoint_directory = {};
};

// A set of virtual machines on one switch, made for one test. Owns the warden,
// the scratch directory (0700, removed with everything in it), the per-run
// keys, the switch and the nodes. Destruction cuts the power of all; it never
// throws: what goes wrong is logged.
// Thread-safe.
//
//   Cluster cluster({.nodes = 3}, LoadGuestImage(DefaultImageDirectory()),
//                   Within(20s));
//   cluster.Start(Within(60s));
class Cluster {
 public:
  // Builds the switch and the nodes, all powered off. Throws (MachineError,
  // UsageError) with nothing left behind.
  Cluster(const ClusterOptions& options, GuestImage image, Deadline deadline);
  ~Cluster();
  Cluster(const Cluster&) = delete;
  Cluster& operator=(const Cluster&) = delete;

  // Boots all nodes at once and waits until each answers. Throws what the first
  // node that failed threw.
  void Start(Deadline deadline);
  // Instead of Start: the nodes continue from what a checkpoint holds, each
  // with its own identity. One with a single machine serves all nodes, else it
  // has one for each. Returns when each can be reached over SSH; throws as
  // Start does. `first` is called as soon as all run: members of a formed
  // service answer then, while their nodes still have the checkpoint's keys,
  // ids and wall clock, and no SSH.
  void Resume(const ClusterCheckpoint& checkpoint, Deadline deadline,
              const std::function<void()>& first = {});
  // The same from one guest for each node, booted as a machine of that node's
  // kind (GuestsFor); shared disks are as they are.
  void Resume(const std::vector<MachineCheckpoint>& machines, Deadline deadline,
              const std::function<void()>& first = {});
  // Stops all nodes at one cut and keeps them in `checkpoint_directory` of the
  // options. The cluster can only be destroyed afterwards.
  ClusterCheckpoint Save(Deadline deadline);

  const ClusterOptions& options() const { return options_; }
  int size() const { return static_cast<int>(nodes_.size()); }
  // 1-based, as the names node1, node2, ... are.
  Node& node(int index) { return *nodes_.at(index - 1); }
  std::vector<Node*> nodes() const;
  Network& network() { return *network_; }
  // For listeners on ports of their own (SwitchPlug).
  const VdeSwitch& vde_switch() const { return *switch_; }
  // The tester's own leg on the data network, which starts when it is first
  // asked for. Throws as DataLeg does.
  DataLeg& data_leg();
  const Accelerator& accelerator() const { return accelerator_; }
  // The default image; that of a node is in machine().options().
  const GuestImage& image() const { return image_; }
  // What the nodes share, also while they are all off: evidence. Throws
  // UsageError if there is no such disk.
  std::filesystem::path SharedDiskFile(const std::string& serial) const;
  const std::filesystem::path& scratch_directory() const {
    return scratch_.path();
  }
  Warden& warden() { return warden_; }
  // What opens every guest of this run, for tools beside ours.
  const SshKeyPair& user_key() const { return user_key_; }

 private:
  void MakeSharedDisks();
  std::unique_ptr<Node> MakeNode(int index);
  std::optional<std::filesystem::path> MemoryFileOf(const Node& node) const;

  const ClusterOptions options_;
  Warden warden_;
  GuestImage image_;
  Accelerator accelerator_;
  SshKeyPair user_key_;
  TemporaryDirectory scratch_;
  std::unique_ptr<VdeSwitch> switch_;
  std::unique_ptr<Network> network_;
  std::mutex leg_mutex_;
  std::unique_ptr<DataLeg> leg_;
  std::vector<std::unique_ptr<Node>> nodes_;
};

}  // namespace faultline
