#include "harness/fault_test.h"

namespace faultline {
namespace {

using std::chrono_literals::operator""s;

class ClockFaults : public FaultTest {
 protected:
  static constexpr double kRight = 0.5;
  void ExpectRight(int index) {
    EXPECT_NEAR(ClockOffset(node(index)), 0, kRight);
  }
};

TEST_F(ClockFaults, ClockOfOneNodeJumpsForward) {
  BootNodes(2);
  const double uptime = std::stod(Run(node(1), "cat /proc/uptime"));
  ActiveFault jump = Inject("clock-jump", {&node(1)}, {{"by", "3600s"}});
  EXPECT_NEAR(ClockOffset(node(1)), 3600, kRight);
  ExpectRight(2);
  EXPECT_LT(std::stod(Run(node(1), "cat /proc/uptime")), uptime + 60)
      << "its monotonic clock goes on as before";

  jump.Heal(Within(5s));
  jump.WaitForRecovery(Within(5s));
  ExpectRight(1);
}

TEST_F(ClockFaults, ClocksOfAllNodesJumpBack) {
  BootNodes(2);
  {
    const ActiveFault jump =
        Inject("clock-jump", {&node(1), &node(2)}, {{"by", "-90s"}});
    EXPECT_NEAR(ClockOffset(node(1)), -90, kRight);
    EXPECT_NEAR(ClockOffset(node(2)), -90, kRight);
  }
  ExpectRight(1);
  ExpectRight(2);
}

TEST_F(ClockFaults, DriftingClockGoesTooFast) {
  BootNodes(1);
  ActiveFault drift = Inject("clock-drift", {&node(1)}, {{"rate", "50%"}});
  const double offset = ClockOffset(node(1));
  const TimePoint begin = std::chrono::steady_clock::now();
  Eventually(Within(20s), "the clock is a second further ahead",
             [&] { return ClockOffset(node(1)) > offset + 1; });
  const std::chrono::duration<double> took =
      std::chrono::steady_clock::now() - begin;
  EXPECT_GT(took.count(), 1) << "half a second for each second";
  EXPECT_LT(took.count(), 6);

  drift.Heal(Within(5s));
  drift.WaitForRecovery(Within(5s));
  ExpectRight(1);
}

TEST_F(ClockFaults, DriftingClockGoesTooSlow) {
  BootNodes(1);
  {
    const ActiveFault drift =
        Inject("clock-drift", {&node(1)}, {{"rate", "-50%"}});
    Eventually(Within(20s), "the clock is a second behind",
               [&] { return ClockOffset(node(1)) < -1; });
  }
  ExpectRight(1);
}

TEST_F(ClockFaults, StrobingClockGoesForwardAndBack) {
  BootNodes(1);
  {
    const ActiveFault strobe = Inject("clock-strobe", {&node(1)},
                                      {{"by", "20s"}, {"period", "500ms"}});
    const auto is = [&](double offset) {
      return [this, offset] {
        return std::abs(ClockOffset(node(1)) - offset) < kRight;
      };
    };
    for (int i = 0; i < 3; ++i) {
      Eventually(Within(20s), "the clock is ahead", is(20));
      Eventually(Within(20s), "the clock is right", is(0));
    }
  }
  ExpectRight(1);
}

}  // namespace
}  // namespace faultline
