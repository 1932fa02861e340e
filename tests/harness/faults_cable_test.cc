#include <regex>

#include "harness/fault_test.h"

namespace faultline {
namespace {

using std::chrono_literals::operator""s;
using testing::AllOf;
using testing::Ge;
using testing::Gt;
using testing::Lt;

// node1 pings node2. What the kernel of node2 counts has gone out of node1's
// cable, what node1 counts has come in.
class CableFaults : public FaultTest {
 protected:
  ActiveFault PutCable(const std::string& kind, const std::string& direction,
                       std::map<std::string, std::string> parameters) {
    parameters["direction"] = direction;
    return Inject(kind, {&node(1)}, parameters);
  }
  static void Heal(ActiveFault& fault) {
    fault.Heal(Within(20s));
    fault.WaitForRecovery(Within(20s));
  }

  // What ping says at its end; it may miss answers.
  std::string Ping(const std::string& options) {
    return node(1)
        .Execute("ping -q " + options + " " + node(2).data_address(),
                 Within(60s))
        .standard_output;
  }
  std::int64_t Requests() { return Counter(node(2), "IcmpInEchos"); }
  std::int64_t Answers() { return Counter(node(1), "IcmpInEchoReps"); }
  std::int64_t Damaged(int index) {
    return Counter(node(index), "IcmpInCsumErrors") +
           Counter(node(index), "IpInHdrErrors");
  }

  struct Arrived {
    std::int64_t requests = 0;
    std::int64_t answers = 0;
  };
  // Of pings with these options, once ping has ended.
  Arrived ArrivedOf(const std::string& options) {
    const Arrived before{Requests(), Answers()};
    Ping(options);
    return {Requests() - before.requests, Answers() - before.answers};
  }

  // The average of round trips in milliseconds; -1 if there was none.
  double AverageTrip(const std::string& options) {
    const std::string text = Ping(options);
    std::smatch match;
    const std::regex pattern("= [0-9.]+/([0-9.]+)/");
    return std::regex_search(text, match, pattern) ? std::stod(match[1]) : -1;
  }
};

constexpr char kHundred[] = "-c 100 -i 0.02 -W 1";

TEST_F(CableFaults, LossyCableLosesItsShareOfWhatGoesOut) {
  BootTwo();
  ActiveFault loss = PutCable("cable-loss", "out", {{"share", "40%"}});
  const Arrived arrived = ArrivedOf(kHundred);
  EXPECT_THAT(arrived.requests, AllOf(Gt(35), Lt(85)));
  EXPECT_GE(arrived.answers, arrived.requests - 3);

  Heal(loss);
  EXPECT_GT(ArrivedOf(kHundred).answers, 95);
}

TEST_F(CableFaults, LossyCableLosesItsShareOfWhatComesIn) {
  BootTwo();
  ActiveFault loss = PutCable("cable-loss", "in", {{"share", "40%"}});
  const Arrived arrived = ArrivedOf(kHundred);
  EXPECT_GT(arrived.requests, 95);
  EXPECT_THAT(arrived.answers, AllOf(Gt(35), Lt(85)));

  Heal(loss);
  EXPECT_GT(ArrivedOf(kHundred).answers, 95);
}

TEST_F(CableFaults, LongCableDelaysBothWays) {
  BootTwo();
  const std::string ten = "-c 10 -i 0.1";
  ASSERT_LT(AverageTrip(ten), 50);
  ActiveFault delay =
      PutCable("cable-delay", "both", {{"delay", "100ms"}, {"jitter", "10ms"}});
  EXPECT_THAT(AverageTrip(ten), AllOf(Gt(180), Lt(300)));
  EXPECT_THROW(PutCable("cable-loss", "both", {}), UsageError)
      << "one at a time";
  EXPECT_GT(AverageTrip(ten), 180) << "the refused one must not heal it";

  Heal(delay);
  EXPECT_LT(AverageTrip(ten), 50);
}

// One ping that waits a second for its answer, which takes longer.
TEST_F(CableFaults, LongCableDelaysOneWayOnly) {
  BootTwo();
  const std::map<std::string, std::string> long_delay = {{"delay", "5s"},
                                                         {"jitter", "0ms"}};
  {
    const ActiveFault delay = PutCable("cable-delay", "in", long_delay);
    const Arrived arrived = ArrivedOf("-c 1 -W 1");
    EXPECT_EQ(arrived.requests, 1);
    EXPECT_EQ(arrived.answers, 0);
  }
  const ActiveFault delay = PutCable("cable-delay", "out", long_delay);
  const std::int64_t before = Requests();
  EXPECT_EQ(ArrivedOf("-c 1 -W 1").requests, 0);
  Eventually(Within(20s), "it arrives late",
             [&] { return Requests() == before + 1; });
}

TEST_F(CableFaults, DoubledFramesArriveTwice) {
  BootTwo();
  const std::string forty = "-c 40 -i 0.02 -W 1";
  {
    const ActiveFault twice =
        PutCable("cable-duplicate", "out", {{"share", "50%"}});
    EXPECT_THAT(ArrivedOf(forty).requests, Gt(48));
  }
  {
    const ActiveFault twice =
        PutCable("cable-duplicate", "in", {{"share", "50%"}});
    const Arrived arrived = ArrivedOf(forty);
    EXPECT_EQ(arrived.requests, 40);
    EXPECT_GT(arrived.answers, 48);
  }
  EXPECT_EQ(ArrivedOf(forty).answers, 40);
}

TEST_F(CableFaults, ReorderedFramesOvertakeEachOther) {
  BootTwo();
  {
    const ActiveFault reorder =
        PutCable("cable-reorder", "both", {{"delay", "100ms"}});
    EXPECT_GT(Overtakings(), 10);
  }
  EXPECT_EQ(Overtakings(), 0);
}

TEST_F(CableFaults, DamagedFramesFailTheReceiversChecks) {
  BootTwo();
  // -w: damage that its checksum missed may tell ping of a round trip of years,
  // and it waits for the last answer twice as long.
  const std::string large = "-c 40 -i 0.02 -w 4 -s 1400";
  const std::map<std::string, std::string> often = {
      {"bits_per_mebibyte", "500"}};
  {
    const std::int64_t before = Damaged(2);
    const ActiveFault corrupt = PutCable("cable-corrupt", "out", often);
    Ping(large);
    EXPECT_GT(Damaged(2), before + 10);
    EXPECT_EQ(Damaged(1), 0);
  }
  const std::int64_t before = Damaged(2);
  {
    const ActiveFault corrupt = PutCable("cable-corrupt", "in", often);
    Ping(large);
    EXPECT_GT(Damaged(1), 10);
  }
  const std::int64_t at_node1 = Damaged(1);
  Ping(large);
  EXPECT_EQ(Damaged(1), at_node1);
  EXPECT_EQ(Damaged(2), before);
}

// Ten frames of 1,442 bytes at 16 kbit take 0.7 s each; ping ends a second
// after it has sent the last.
TEST_F(CableFaults, SlowCableMakesFramesWait) {
  BootTwo();
  const std::string burst = "-c 10 -i 0.01 -W 1 -s 1400";
  {
    const ActiveFault rate = PutCable("cable-rate", "out", {{"kbit", "16"}});
    EXPECT_THAT(ArrivedOf(burst).requests, AllOf(Ge(1), Lt(7)));
  }
  {
    const ActiveFault rate = PutCable("cable-rate", "in", {{"kbit", "16"}});
    const Arrived arrived = ArrivedOf(burst);
    EXPECT_EQ(arrived.requests, 10);
    EXPECT_THAT(arrived.answers, AllOf(Ge(1), Lt(7)));
  }
  EXPECT_EQ(ArrivedOf(burst).answers, 10);
}

TEST_F(CableFaults, NodeBehindACableIsPartitionedAndHealed) {
  BootTwo();
  ActiveFault delay = PutCable("cable-delay", "both", {{"delay", "50ms"}});
  ActiveFault isolated = Inject("isolate", {&node(1)});
  EXPECT_FALSE(Reaches(node(1), node(2)));
  Heal(isolated);
  EXPECT_TRUE(Reaches(node(1), node(2)));
  EXPECT_GT(AverageTrip("-c 5 -i 0.1"), 70);

  ActiveFault again = Inject("isolate", {&node(1)});
  Heal(delay);
  EXPECT_FALSE(Reaches(node(1), node(2)));
  Heal(again);
  EXPECT_LT(AverageTrip("-c 5 -i 0.1"), 50);
}

TEST_F(CableFaults, CableOfAMachineThatLostItsPowerIsHealed) {
  BootTwo();
  ActiveFault loss = PutCable("cable-loss", "both", {{"share", "100%"}});
  node(1).PowerCut();
  EXPECT_THROW(Inject("cable-loss", {&node(1), &node(2)}), UsageError)
      << "node1 has one";
  node(1).Start(Within(90s));
  EXPECT_FALSE(Reaches(node(1), node(2))) << "it is still there";
  node(1).PowerCut();
  Heal(loss);
  EXPECT_THROW(PutCable("cable-loss", "both", {}), NoEffectError)
      << "nothing goes through it";
  node(1).Start(Within(90s));
  EXPECT_TRUE(Reaches(node(1), node(2)));
}

}  // namespace
}  // namespace faultline
