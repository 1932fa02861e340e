#include "faultline/cluster/node_spec.h"

#include <gmock/gmock.h>

#include "faultline/base/error.h"
#include "faultline/cluster/cluster.h"

namespace faultline {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

GuestImage Image() {
  GuestImage image;
  image.directory = "/image";
  image.memory_mib = 400;
  image.netboot_memory_mib = 600;
  return image;
}

void ExpectRefused(const NodeSpecs& nodes, const std::string& text,
                   const std::vector<SharedDisk>& shared_disks = {}) {
  EXPECT_THAT([&] { CheckNodeSpecs(nodes, shared_disks); },
              ThrowsMessage<UsageError>(HasSubstr(text)));
}

TEST(NodeSpecs, AreACountOrAKindEach) {
  EXPECT_EQ(ClusterOptions{}.nodes.size(), 3);
  const ClusterOptions count{.nodes = 5};
  EXPECT_EQ(count.nodes.size(), 5);
  EXPECT_EQ(count.nodes.node(5), NodeSpec{});
  const ClusterOptions same{.nodes = {2, {.processors = 4}}};
  EXPECT_EQ(same.nodes.node(2).processors, 4);
  const ClusterOptions different{
      .nodes = {{.memory_mib = 1024}, {.processors = 2}, {}}};
  ASSERT_EQ(different.nodes.size(), 3);
  EXPECT_EQ(different.nodes.node(1).memory_mib, 1024);
  EXPECT_EQ(different.nodes.node(2).processors, 2);
  EXPECT_EQ(different.nodes.node(3), NodeSpec{});
}

TEST(NodeSpecs, TakeMemoryFromTheImageIfTheyDoNotSay) {
  const auto memory = [](const NodeSpec& spec, BootPath path) {
    return OptionsFor(spec, Image(), path, {}, "/run").memory_mib;
  };
  EXPECT_EQ(memory({}, BootPath::kDirect), 400);
  EXPECT_EQ(memory({}, BootPath::kNetboot), 600);
  EXPECT_EQ(memory({.memory_mib = 1000}, BootPath::kNetboot), 1000);
}

TEST(NodeSpecs, BecomeAMachine) {
  const NodeSpec spec{.processors = 2,
                      .state_disk_mib = 64,
                      .disks = {{.serial = "data", .mib = 5}},
                      .channels = {"ticks"},
                      .nested_virtualization = true};
  const MachineOptions machine =
      OptionsFor(spec, Image(), BootPath::kDirect,
                 {{.serial = "lun", .mib = 7}}, "/run/cluster");
  EXPECT_EQ(machine.processors, 2);
  EXPECT_EQ(machine.state_disk_mib, 64);
  EXPECT_TRUE(machine.nested_virtualization);
  EXPECT_EQ(machine.channels, spec.channels);
  ASSERT_EQ(machine.disks.size(), 2U);
  EXPECT_EQ(machine.disks[0].serial, "data");
  EXPECT_EQ(machine.disks[0].mib, 5);
  EXPECT_EQ(machine.disks[0].shared_file, "");
  EXPECT_EQ(machine.disks[1].mib, 7);
  EXPECT_EQ(machine.disks[1].shared_file, "/run/cluster/shared-lun.raw");
}

TEST(NodeSpecs, ShareADiskWithWhomItNames) {
  const std::vector<SharedDisk> disks = {{.serial = "all"},
                                         {.serial = "some", .nodes = {1, 3}}};
  EXPECT_EQ(DisksSeenBy(1, disks).size(), 2U);
  ASSERT_EQ(DisksSeenBy(2, disks).size(), 1U);
  EXPECT_EQ(DisksSeenBy(2, disks)[0].serial, "all");
}

TEST(NodeSpecs, ThatNoMachineCanBeAreRefused) {
  ExpectRefused(0, "cluster: 0 nodes");
  ExpectRefused(40, "cluster: 40 nodes: 1 to 39");
  ExpectRefused({{}, {.memory_mib = 10}}, "node2: 10 MiB of memory");
  ExpectRefused({1, {.memory_mib = -1}}, "node1: -1 MiB of memory");
  ExpectRefused({1, {.processors = 0}}, "node1: 0 processors");
  ExpectRefused({1, {.processors = 17}}, "node1: 17 processors");
  ExpectRefused({1, {.state_disk_mib = 0}}, "node1: a state disk of 0 MiB");
  ExpectRefused({1, {.disks = {{.serial = "a", .mib = 0}}}},
                "node1: the disk \"a\" has 0 MiB");
  ExpectRefused({1, {.disks = {{.serial = "state"}}}}, "is taken");
  ExpectRefused({1, {.disks = {{.serial = "a"}, {.serial = "a"}}}},
                "node1: two disks have the serial \"a\"");
  ExpectRefused({1, {.channels = {"faultline"}}}, "is there already");
  ExpectRefused({1, {.channels = {"a,b"}}}, "no channel can be named \"a,b\"");
}

TEST(NodeSpecs, WithImpossibleSharedDisksAreRefused) {
  ExpectRefused(3, "shared disk \"lun\": there is no node 4",
                {{.serial = "lun", .nodes = {1, 4}}});
  ExpectRefused({{}, {.disks = {{.serial = "lun"}}}},
                "node2: two disks have the serial \"lun\"",
                {{.serial = "lun"}});
  ExpectRefused(1, "node1: the disk \"lun\" has -1 MiB",
                {{.serial = "lun", .mib = -1}});
}

}  // namespace
}  // namespace faultline
