// Nodes of different kinds in one cluster, and what they share.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <sys/socket.h>

#include <array>

#include "faultline/base/files.h"
#include "faultline/testing/cluster_test.h"
#include "support/stream_socket.h"

namespace faultline {
namespace {

using std::chrono_literals::operator""s;

constexpr char kLun[] = "/dev/disk/by-id/virtio-lun";
constexpr char kChannel[] = "faultline.ticks";

class NodeKinds : public ClusterTest {
 protected:
  static int Number(Node& node, const std::string& command) {
    return std::stoi(node.Succeed(command, Within(20s)));
  }
};

// One byte at an offset, past every cache of the guest.
std::string WriteByte(char byte, int offset) {
  return fmt::format(
      "printf {} | dd of={} bs=1 seek={} conv=notrunc,fsync status=none", byte,
      kLun, offset);
}

std::string ReadBytes(int count) {
  return fmt::format("blockdev --flushbufs {0} && head -c {1} {0}", kLun,
                     count);
}

ClusterOptions TwoKinds(bool cold) {
  return {.nodes = {{.memory_mib = 640,
                     .processors = 2,
                     .state_disk_mib = 256,
                     .disks = {{.serial = "data", .mib = 48}},
                     .channels = {kChannel}},
                    {}},
          .shared_disks = {{.serial = "lun", .mib = 16}},
          .cold = cold};
}

class EitherWay : public NodeKinds, public testing::WithParamInterface<bool> {};

TEST_P(EitherWay, EachNodeIsWhatItsSpecSays) {
  Cluster& cluster = Boot(TwoKinds(GetParam()));
  EXPECT_EQ(fact("not resumed"), "");
  Node& large = cluster.node(1);
  Node& small = cluster.node(2);
  EXPECT_EQ(Number(large, "nproc"), 2);
  EXPECT_EQ(Number(small, "nproc"), 1);
  EXPECT_GT(Number(large,
                   "awk '/MemTotal/ {print int($2 / 1024)}' "
                   "/proc/meminfo"),
            550);
  EXPECT_LT(Number(small,
                   "awk '/MemTotal/ {print int($2 / 1024)}' "
                   "/proc/meminfo"),
            512);
  EXPECT_LT(Number(large, "df -m --output=size /var/lib/state | tail -1"), 256);
  EXPECT_GT(Number(small, "df -m --output=size /var/lib/state | tail -1"), 900);
  EXPECT_EQ(Number(large,
                   "blockdev --getsize64 "
                   "/dev/disk/by-id/virtio-data") >>
                20,
            48);
  small.Fail("test -e /dev/disk/by-id/virtio-data", Within(10s));
}

TEST_P(EitherWay, NodesShareADiskThatOutlivesThem) {
  Cluster& cluster = Boot(TwoKinds(GetParam()));
  EXPECT_EQ(fact("not resumed"), "");
  cluster.node(1).Succeed(WriteByte('A', 0), Within(20s));
  cluster.node(2).Succeed(WriteByte('B', 1), Within(20s));
  EXPECT_EQ(cluster.node(1).Succeed(ReadBytes(2), Within(20s)), "AB");
  EXPECT_EQ(cluster.node(2).Succeed(ReadBytes(2), Within(20s)), "AB");
  cluster.node(1).PowerCut();
  EXPECT_EQ(cluster.node(2).Succeed(ReadBytes(2), Within(20s)), "AB");
  cluster.node(2).PowerCut();
  EXPECT_EQ(ReadFile(cluster.SharedDiskFile("lun")).substr(0, 2), "AB");
}

TEST_P(EitherWay, AChannelReachesTheTest) {
  Cluster& cluster = Boot(TwoKinds(GetParam()));
  EXPECT_EQ(fact("not resumed"), "");
  const FileDescriptor channel =
      ConnectToUnixSocket(cluster.node(1).machine().ChannelPath(kChannel));
  cluster.network().Isolate(1);
  cluster.node(1).Succeed(
      fmt::format("echo tick >/dev/virtio-ports/{}", kChannel), Within(20s));
  std::array<char, 16> text{};
  ASSERT_EQ(::recv(channel.get(), text.data(), 5, MSG_WAITALL), 5);
  EXPECT_STREQ(text.data(), "tick\n");
}

INSTANTIATE_TEST_SUITE_P(NodeKinds, EitherWay, testing::Bool(),
                         [](const auto& test) {
                           return test.param ? "Booted" : "Cloned";
                         });

TEST_F(NodeKinds, AHypervisorsGuestKernelHasKvm) {
  Node& node = Boot({.nodes = {1, {.nested_virtualization = true}}}).node(1);
  node.Succeed("modprobe kvm_amd || modprobe kvm_intel", Within(20s));
  node.Succeed("test -c /dev/kvm", Within(10s));
}

}  // namespace
}  // namespace faultline
