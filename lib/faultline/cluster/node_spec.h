#pragma once

#include <filesystem>
#include <initializer_list>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "faultline/vm/qemu_arguments.h"

namespace faultline {

// A blank disk of one node, seen there as /dev/disk/by-id/virtio-SERIAL. It
// survives power cuts, as the state disk does.
struct DiskSpec {
  std::string serial;  // up to 20 letters, digits, '-' and '_'
  int mib = 64;

  bool operator==(const DiskSpec&) const = default;
};

// A blank disk that several nodes see at once under one serial, each able to
// write: a LUN. It lies outside every node: no node's end takes it away.
struct SharedDisk {
  std::string serial;
  int mib = 64;
  std::vector<int> nodes = {};  // 1-based; empty: all

  bool operator==(const SharedDisk&) const = default;
};

// What one node is made of. A value; the defaults are what a store's member
// needs.
struct NodeSpec {
  int memory_mib = 0;  // 0: what the image asks for
  int processors = 1;
  int state_disk_mib = 1024;
  std::vector<DiskSpec> disks = {};  // its own, beside the state disk
  // Virtio-serial ports, /dev/virtio-ports/NAME in the guest, each a UNIX
  // socket of the host that the test may connect to (Machine::ChannelPath):
  // they work whatever the networks do.
  std::vector<std::string> channels = {};
  // Whether the guest's kernel may run machines with KVM: under emulation AMD's
  // virtualization is emulated too.
  bool nested_virtualization = false;
  // What the node's image holds, no more and no less; empty: the default image.
  // FAULTLINE_IMAGE may hold more.
  std::set<std::string> services = {};

  bool operator==(const NodeSpec&) const = default;
};

// The nodes of a cluster: a count, a count of one kind, or one kind each.
//
//   {.nodes = 3}
//   {.nodes = {3, {.memory_mib = 1024}}}
//   {.nodes = {{.processors = 2}, {}, {}}}
class NodeSpecs {
 public:
  NodeSpecs(int count, const NodeSpec& each = {});  // NOLINT: reads as a count
  NodeSpecs(std::initializer_list<NodeSpec> nodes) : nodes_(nodes) {}
  explicit NodeSpecs(std::vector<NodeSpec> nodes) : nodes_(std::move(nodes)) {}

  int size() const { return static_cast<int>(nodes_.size()); }
  // 1-based, as the names node1, node2, ... are.
  const NodeSpec& node(int index) const { return nodes_.at(index - 1); }
  std::vector<NodeSpec>::const_iterator begin() const { return nodes_.begin(); }
  std::vector<NodeSpec>::const_iterator end() const { return nodes_.end(); }

 private:
  std::vector<NodeSpec> nodes_;
};

// Throws UsageError in one line, naming the node, for what no machine can be:
// no node or too many, less than 64 MiB of memory, more than 16 processors,
// disks of no size, without a proper serial or with one twice, a shared disk
// for a node that does not exist.
void CheckNodeSpecs(const NodeSpecs& nodes,
                    const std::vector<SharedDisk>& shared_disks);

// Those of the disks that node `index` sees.
std::vector<SharedDisk> DisksSeenBy(int index,
                                    const std::vector<SharedDisk>& disks);

// The image of such a node: `default_image`, or the one that holds its
// services. Throws as ServicesImageDirectory and LoadGuestImage do.
GuestImage ImageOf(const NodeSpec& spec, const GuestImage& default_image);

// What the spec says of a machine, its image beside it. The shared disks' files
// lie in `shared_directory` (SharedDiskPath).
MachineOptions OptionsFor(const NodeSpec& spec, const GuestImage& image,
                          BootPath boot_path,
                          const std::vector<SharedDisk>& shared_disks,
                          const std::filesystem::path& shared_directory);

// <directory>/shared-SERIAL.raw
std::filesystem::path SharedDiskPath(const std::filesystem::path& directory,
                                     const SharedDisk& disk);

}  // namespace faultline
