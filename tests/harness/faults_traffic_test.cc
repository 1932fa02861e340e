#include <regex>

#include "harness/fault_test.h"

namespace faultline {
namespace {

using std::chrono_literals::operator""s;

class TrafficFaults : public FaultTest {
 protected:
  ActiveFault DisturbNode1(
      const std::string& kind,
      const std::map<std::string, std::string>& parameters) {
    return Inject(kind, {&node(1)}, parameters);
  }
  // What ping says at its end about pings of node1; it may miss answers.
  std::string Ping(const std::string& options, int to = 2) {
    return node(1)
        .Execute("ping " + options + " " + node(to).data_address(), Within(60s))
        .standard_output;
  }
  // The first number that the pattern catches; -1 if none.
  static double Find(const std::string& text, const std::string& pattern) {
    std::smatch match;
    return std::regex_search(text, match, std::regex(pattern))
               ? std::stod(match[1])
               : -1;
  }
  // Round trips in milliseconds.
  double ShortestTrip(int to = 2) {
    return Find(Ping("-q -c 10 -i 0.1", to), "= ([0-9.]+)/");
  }
  double LostPercent() {
    return Find(Ping("-q -c 100 -i 0.02 -W 1"), "([0-9.]+)% packet loss");
  }
};

TEST_F(TrafficFaults, DelayedPacketsAreLateByThatMuch) {
  BootNodes(2);
  ASSERT_LT(ShortestTrip(), 50);
  ActiveFault delay =
      DisturbNode1("delay", {{"delay", "150ms"}, {"jitter", "10ms"}});
  const double trip = ShortestTrip();
  EXPECT_GT(trip, 139);
  EXPECT_LT(trip, 220);

  delay.Heal(Within(20s));
  delay.WaitForRecovery(Within(20s));
  EXPECT_LT(ShortestTrip(), 50);
}

TEST_F(TrafficFaults, DelayOfOnePairLeavesTheOthersAlone) {
  BootNodes(3);
  ActiveFault delay =
      Inject("delay", {&node(1), &node(2)}, {{"delay", "150ms"}});
  EXPECT_GT(ShortestTrip(2), 139);
  EXPECT_LT(ShortestTrip(3), 50);
  EXPECT_THROW(DisturbNode1("loss", {}), CommandError) << "one at a time";
  EXPECT_GT(ShortestTrip(2), 139) << "the refused one must not heal it";

  delay.Heal(Within(20s));
  EXPECT_LT(ShortestTrip(2), 50);
}

TEST_F(TrafficFaults, LossyNodeLosesItsShare) {
  BootTwo();
  {
    const ActiveFault loss = DisturbNode1("loss", {{"share", "30%"}});
    const double lost = LostPercent();
    EXPECT_GT(lost, 12);
    EXPECT_LT(lost, 50);
  }
  EXPECT_LT(LostPercent(), 5);
}

TEST_F(TrafficFaults, DuplicatedPacketsArriveTwice) {
  BootTwo();
  const std::string pattern = "\\+([0-9]+) duplicates";
  {
    const ActiveFault twice = DisturbNode1("duplicate", {{"share", "50%"}});
    EXPECT_GT(Find(Ping("-q -c 40 -i 0.02"), pattern), 8);
  }
  EXPECT_EQ(Find(Ping("-q -c 40 -i 0.02"), pattern), -1);
}

TEST_F(TrafficFaults, ReorderedPacketsOvertakeEachOther) {
  BootTwo();
  {
    const ActiveFault reorder =
        DisturbNode1("reorder", {{"share", "25%"}, {"delay", "100ms"}});
    EXPECT_GT(Overtakings(), 4);
  }
  EXPECT_EQ(Overtakings(), 0);
}

TEST_F(TrafficFaults, CorruptedPacketsFailTheReceiversChecks) {
  BootTwo();
  const auto bad = [&] {
    return Counter(node(2), "IcmpInCsumErrors") +
           Counter(node(2), "IpInHdrErrors");
  };
  {
    const std::int64_t before = bad();
    const ActiveFault corrupt = DisturbNode1("corrupt", {{"share", "60%"}});
    Ping("-q -c 60 -i 0.02 -w 4");
    EXPECT_GT(bad(), before + 10);
  }
  const std::int64_t before = bad();
  Ping("-q -c 60 -i 0.02 -w 4");
  EXPECT_EQ(bad(), before);
}

TEST_F(TrafficFaults, SlowLinkMakesPacketsQueue) {
  BootTwo();
  const std::string pattern = "= [0-9.]+/[0-9.]+/([0-9.]+)";
  const std::string burst = "-q -c 10 -i 0.01 -s 1400";
  {
    const ActiveFault rate = DisturbNode1("rate", {{"kbit", "256"}});
    // Ten packets of 1,442 bytes, sent every 10 ms, leave every 45 ms: the i-th
    // takes 45 i - 10 (i - 1) ms, 202 ms on average.
    EXPECT_GT(Find(Ping(burst), pattern), 150);
    EXPECT_LT(Find(Ping(burst), pattern), 900);
  }
  EXPECT_LT(Find(Ping(burst), pattern), 150);
}

}  // namespace
}  // namespace faultline
