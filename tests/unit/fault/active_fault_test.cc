#include "faultline/fault/active_fault.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <optional>
#include <set>

#include "support/file_size_limit.h"
#include "support/scratch_directory.h"

namespace faultline {
namespace {

using std::chrono_literals::operator""s;
using testing::ElementsAre;

using Calls = std::vector<std::string>;

constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

// Remembers what is done to it; throws where it is told to.
class ScriptedFault : public Fault {
 public:
  ScriptedFault(Calls& calls, std::set<std::string> broken)
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

// Until it cannot be written any more.
void FillFile(Recorder& recorder) {
  const std::string name(1000, 'x');
  try {
    for (;;) recorder.EndFault(recorder.BeginFault(name, ""));
  } catch (const Error&) {
  }
}

class ActiveFaultTest : public testing::Test {
 protected:
  ActiveFault Make(const std::set<std::string>& broken = {}) {
    return {std::make_unique<ScriptedFault>(calls_, broken),
            {.kind = "test", .targets = {"node1", "node2"}},
            recorder_,
            Within(1s)};
  }
  FaultInterval Recorded() { return recorder_.Snapshot().faults.at(0); }

  Calls calls_;
  ScratchDirectory scratch_;
  Recorder recorder_{scratch_.path() / "history.jsonl", {}};
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

TEST_F(ActiveFaultTest, IsRecordedWithEachOfItsMoments) {
  ActiveFault fault = Make();
  EXPECT_EQ(Recorded().name, "test");
  EXPECT_EQ(Recorded().target, "node1,node2");
  EXPECT_GE(Recorded().effect_ns.value(), Recorded().begin_ns);
  EXPECT_EQ(Recorded().end_ns, kNever);
  fault.Heal(Within(1s));
  EXPECT_GE(Recorded().end_ns, Recorded().effect_ns.value());
  EXPECT_FALSE(Recorded().recovered_ns);
  fault.WaitForRecovery(Within(1s));
  fault.WaitForRecovery(Within(1s));
  EXPECT_GE(Recorded().recovered_ns.value(), Recorded().end_ns);
}

TEST_F(ActiveFaultTest, WithoutEffectIsRecordedAsHealedOnly) {
  EXPECT_THROW(Make({"effect"}), NoEffectError);
  EXPECT_FALSE(Recorded().effect_ns);
  EXPECT_NE(Recorded().end_ns, kNever);
}

TEST_F(ActiveFaultTest, ThatCannotBeHealedIsRecordedAsNeverHealed) {
  {
    const ActiveFault fault = Make({"heal"});
  }
  EXPECT_EQ(Recorded().end_ns, kNever);
}

TEST_F(ActiveFaultTest, AbandonedFaultIsNeverHealed) {
  {
    ActiveFault fault = Make();
    fault.Abandon();
    fault.Heal(Within(1s));
  }
  EXPECT_THAT(calls_, ElementsAre("inject", "effect"));
  EXPECT_EQ(Recorded().end_ns, kNever);
}

TEST_F(ActiveFaultTest, FullDiskIsThrownByHealAndKeptInTheDestructor) {
  for (const bool by_hand : {true, false}) {
    SCOPED_TRACE(by_hand);
    calls_.clear();
    ScratchDirectory place;
    Recorder recorder(place.path() / "history.jsonl", {});
    {
      ActiveFault fault(
          std::make_unique<ScriptedFault>(calls_, std::set<std::string>{}),
          {.kind = "test", .targets = {"node1"}}, recorder, Within(1s));
      const FileSizeLimit full(1);
      FillFile(recorder);
      if (by_hand) {
        EXPECT_THROW(fault.Heal(Within(1s)), Error);
      }
    }
    EXPECT_THAT(calls_, ElementsAre("inject", "effect", "heal"));
    EXPECT_NE(recorder.Snapshot().faults.at(0).end_ns, kNever);
  }
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
