#include "faultline/fault/active_fault.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <set>

namespace faultline {
namespace {

using std::chrono_literals::operator""s;
using testing::ElementsAre;

using Calls = std::vector<std::string>;

// Remembers what is done to it; throws where it is told to.
class RecordingFault : public Fault {
 public:
  RecordingFault(Calls& calls, std::set<std::string> broken)
      : calls_(calls), broken_(std::move(broken)) {}

  void Inject(Deadline) override { Note("inject"); }
  void WaitForEffect(Deadline) override { Note("effect"); }
  void Heal(Deadline) override { Note("heal"); }
  void WaitForRecovery(Deadline) override { Note("recovery"); }

 private:
  void Note(const std::string& call) {
    calls_.push_back(call);
    if (broken_.contains(call)) throw NoEffectError(call + " broke");
  }

  Calls& calls_;
  const std::set<std::string> broken_;
};

class ActiveFaultTest : public testing::Test {
 protected:
  ActiveFault Make(const std::set<std::string>& broken = {}) {
    return {std::make_unique<RecordingFault>(calls_, broken),
            {.kind = "test", .targets = {"node1", "node2"}},
            Within(1s)};
  }
  Calls calls_;
};

TEST_F(ActiveFaultTest, LastsAsLongAsItsScope) {
  {
    const ActiveFault fault = Make();
    EXPECT_THAT(calls_, ElementsAre("inject", "effect"));
    EXPECT_EQ(fault.name(), "test");
    EXPECT_EQ(fault.target(), "node1,node2");
  }
  EXPECT_THAT(calls_, ElementsAre("inject", "effect", "heal"));
}

TEST_F(ActiveFaultTest, HealedByHandIsNotHealedAgain) {
  {
    ActiveFault fault = Make();
    fault.Heal(Within(1s));
    fault.WaitForRecovery(Within(1s));
    fault.Heal(Within(1s));
  }
  EXPECT_THAT(calls_, ElementsAre("inject", "effect", "heal", "recovery"));
}

TEST_F(ActiveFaultTest, InjectionThatFailsHalfWayIsHealed) {
  EXPECT_THROW(Make({"inject"}), NoEffectError);
  EXPECT_THAT(calls_, ElementsAre("inject", "heal"));
}

TEST_F(ActiveFaultTest, FaultWithoutEffectIsHealedAndSaysSo) {
  EXPECT_THROW(Make({"effect"}), NoEffectError);
  EXPECT_THAT(calls_, ElementsAre("inject", "effect", "heal"));
}

TEST_F(ActiveFaultTest, HealingThatFailsDoesNotLeaveTheDestructor) {
  {
    const ActiveFault fault = Make({"heal"});
  }
  EXPECT_THAT(calls_, ElementsAre("inject", "effect", "heal"));
}

TEST_F(ActiveFaultTest, HealingThatFailedIsTriedAgain) {
  {
    ActiveFault fault = Make({"heal"});
    EXPECT_THROW(fault.Heal(Within(1s)), NoEffectError);
  }
  EXPECT_THAT(calls_, ElementsAre("inject", "effect", "heal", "heal"));
}

TEST_F(ActiveFaultTest, MovedFaultIsHealedOnce) {
  {
    std::optional<ActiveFault> kept;
    ActiveFault fault = Make();
    kept.emplace(std::move(fault));
  }
  EXPECT_THAT(calls_, ElementsAre("inject", "effect", "heal"));
}

}  // namespace
}  // namespace faultline
