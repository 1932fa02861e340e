// The test's own place on the data network reaches what the nodes serve there,
// also an address that moves, and can be cut off like a node.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>

#include "faultline/base/eventually.h"
#include "faultline/testing/cluster_test.h"
#include "support/stream_socket.h"

namespace faultline {
namespace {

using std::chrono_literals::operator""s;

constexpr int kSsh = 22;
constexpr char kMoving[] = "192.0.2.100";

// The first line of whoever answers at the socket; "silence" if nobody says
// anything in time.
std::string Banner(const std::filesystem::path& path, Duration patience) {
  const FileDescriptor socket = ConnectToUnixSocket(path);
  pollfd ready{socket.get(), POLLIN, 0};
  const Deadline deadline = Within(patience);
  if (::poll(&ready, 1, deadline.RemainingMilliseconds()) != 1)
    return "silence";
  std::array<char, 64> text{};
  const auto count = ::recv(socket.get(), text.data(), text.size(), 0);
  return count <= 0 ? "closed" : std::string(text.data(), count);
}

void ExpectSsh(const std::filesystem::path& path) {
  Eventually(Within(15s), "sshd answers on the data network",
             [&](LastSeen& seen) {
               const std::string banner = Banner(path, 2s);
               seen.Set(banner);
               return banner.starts_with("SSH-2.0");
             });
}

class DataLegOfACluster : public ClusterTest {};

TEST_F(DataLegOfACluster, ReachesANodeUntilItIsCutOff) {
  Cluster& cluster = Boot({.nodes = 2});
  DataLeg& leg = cluster.data_leg();
  const auto first = leg.SocketTo(cluster.node(1).data_address(), kSsh);
  const auto second = leg.SocketTo(cluster.node(2).data_address(), kSsh);
  ExpectSsh(first);
  ExpectSsh(second);
  cluster.node(1).Succeed("ping -c 1 -W 5 tester", Within(20s));

  cluster.network().Isolate(Network::kTester);
  EXPECT_EQ(Banner(first, 2s), "silence");
  cluster.node(1).Succeed("ping -c 1 -W 5 node2", Within(20s));
  cluster.node(1).Fail("ping -c 1 -W 1 tester", Within(20s));
  cluster.network().Partition({{Network::kTester, 1}, {2}});
  ExpectSsh(first);
  EXPECT_EQ(Banner(second, 2s), "silence");
  cluster.node(2).Succeed("true", Within(20s));  // the control path

  cluster.network().HealAll();
  ExpectSsh(second);
}

TEST_F(DataLegOfACluster, FollowsAnAddressFromNodeToNode) {
  Cluster& cluster = Boot({.nodes = 2});
  const auto holder = [&](int from, int to) {
    cluster.node(from).Succeed(
        fmt::format("ip address del {}/24 dev data 2>/dev/null; true", kMoving),
        Within(20s));
    cluster.node(to).Succeed(
        fmt::format("ip address add {}/24 dev data", kMoving), Within(20s));
  };
  const auto socket = cluster.data_leg().SocketTo(kMoving, kSsh);
  EXPECT_EQ(Banner(socket, 2s), "silence");
  holder(2, 1);
  ExpectSsh(socket);
  holder(1, 2);
  cluster.node(1).PowerCut();
  ExpectSsh(socket);
}

}  // namespace
}  // namespace faultline
