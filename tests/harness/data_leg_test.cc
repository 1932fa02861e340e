// The test's own place on the data network reaches what the nodes serve there,
// also an address that moves, and can be cut off like a node.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <vector>

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

// How long an answer takes over a connection that stands: the median, in
// microseconds.
class AnswerTime {
 public:
  explicit AnswerTime(FileDescriptor socket) : socket_(std::move(socket)) {}

  void Measure() {
    const TimePoint asked = std::chrono::steady_clock::now();
    static constexpr char kRequest[] =
        "GET /version HTTP/1.1\r\nHost: x\r\n\r\n";
    ASSERT_GT(
        ::send(socket_.get(), kRequest, sizeof kRequest - 1, MSG_NOSIGNAL), 0);
    std::string answer;
    while (answer.find("etcdcluster") == std::string::npos ||
           answer.back() != '}') {
      std::array<char, 1024> chunk{};
      const auto count = ::recv(socket_.get(), chunk.data(), chunk.size(), 0);
      ASSERT_GT(count, 0);
      answer.append(chunk.data(), static_cast<std::size_t>(count));
    }
    times_.push_back(std::chrono::duration_cast<std::chrono::microseconds>(
                         std::chrono::steady_clock::now() - asked)
                         .count());
  }
  std::int64_t Median() {
    std::ranges::sort(times_);
    return times_.at(times_.size() / 2);
  }

 private:
  FileDescriptor socket_;
  std::vector<std::int64_t> times_;
};

TEST_F(DataLegOfACluster, IsNotMuchSlowerThanTheControlPath) {
  constexpr int kEtcd = 2379;
  constexpr int kRequests = 100;
  Cluster& cluster = Boot({.nodes = 1, .ports = {kEtcd}});
  Node& node = cluster.node(1);
  node.Succeed(
      "etcd --data-dir /run/etcd --listen-client-urls http://0.0.0.0:2379 "
      "--advertise-client-urls http://node1:2379 >/dev/null 2>&1 </dev/null & "
      "until etcdctl endpoint status >/dev/null 2>&1; do :; done",
      Within(60s));
  AnswerTime control(ConnectToLoopback(node.HostPort(kEtcd)));
  AnswerTime data(ConnectToUnixSocket(
      cluster.data_leg().SocketTo(node.data_address(), kEtcd)));
  for (int i = 0; i < kRequests; ++i) {
    control.Measure();
    data.Measure();
  }
  RecordFact("control path us", fmt::format("{}", control.Median()));
  RecordFact("data leg us", fmt::format("{}", data.Median()));
  EXPECT_LT(data.Median(), 3 * control.Median());
}

}  // namespace
}  // namespace faultline
