#include "faultline/nemesis/nemesis.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <stdexcept>

#include "faultline/base/eventually.h"
#include "support/scratch_directory.h"

namespace faultline {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

// Notes what is done to it, as "inject a".
class Log {
 public:
  void Add(const std::string& line) {
    const std::lock_guard lock(mutex_);
    lines_.push_back(line);
  }
  std::vector<std::string> lines() const {
    const std::lock_guard lock(mutex_);
    return lines_;
  }
  void Clear() {
    const std::lock_guard lock(mutex_);
    lines_.clear();
  }
  bool Has(const std::string& line) const {
    return std::ranges::count(lines(), line) > 0;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<std::string> lines_;
};

// Throws in the step that `breaks` names.
class NotedFault : public Fault {
 public:
  NotedFault(Log& log, std::string kind, std::string breaks)
      : log_(log), kind_(std::move(kind)), breaks_(std::move(breaks)) {}

  void Inject(Deadline deadline) override {
    // However late the thread of the first one is.
    if (kind_ == "b" && !breaks_.empty())
      Eventually(deadline, "a is injected",
                 [this] { return log_.Has("inject a"); });
    Note("inject");
  }
  void WaitForEffect(Deadline) override {
    if (breaks_ == "no effect") throw NoEffectError(kind_ + ": no effect");
  }
  void Heal(Deadline) override { Note("heal"); }
  void WaitForRecovery(Deadline) override { Note("recover"); }

 private:
  void Note(const std::string& step) {
    log_.Add(step + " " + kind_);
    if (breaks_ == step) throw std::runtime_error(step + " broke");
  }

  Log& log_;
  const std::string kind_;
  const std::string breaks_;
};

class Nemeses : public testing::Test {
 protected:
  Nemesis::Maker Maker(const std::string& breaks = "",
                       const std::string& kind = "a") {
    return [this, breaks, kind](const FaultSpec& spec) {
      return std::make_unique<NotedFault>(log_, spec.kind,
                                          spec.kind == kind ? breaks : "");
    };
  }
  static PlannedFault At(std::chrono::milliseconds start,
                         std::chrono::milliseconds duration,
                         const std::string& kind) {
    return {start, duration, {kind, {"node1"}}};
  }
  void WaitFor(const std::string& line) {
    Eventually(Within(10s), line, [&] { return log_.Has(line); });
  }

  Log log_;
  ScratchDirectory scratch_;
  Recorder recorder_{scratch_.path() / "history.jsonl", {}};
};

TEST_F(Nemeses, CarryOutAPlanInItsOrder) {
  Nemesis nemesis(Maker(),
                  {.faults = {At(1ms, 300ms, "a"), At(50ms, 700ms, "b"),
                              At(301ms, 5ms, "c")}},
                  recorder_);
  nemesis.Start();
  nemesis.Finish(Within(10s));
  EXPECT_THAT(log_.lines(), ElementsAre("inject a", "inject b", "heal a",
                                        "recover a", "inject c", "heal c",
                                        "recover c", "heal b", "recover b"));
  EXPECT_EQ(nemesis.effective(), 3);
}

TEST_F(Nemeses, RecordEachFaultInTheHistory) {
  Nemesis nemesis(Maker(), {.faults = {At(1ms, 30ms, "a")}}, recorder_);
  nemesis.Start();
  nemesis.Finish(Within(10s));
  const auto faults = recorder_.Snapshot().faults;
  ASSERT_EQ(faults.size(), 1U);
  EXPECT_EQ(faults[0].name, "a");
  EXPECT_EQ(faults[0].target, "node1");
  EXPECT_GE(faults[0].end_ns - faults[0].begin_ns, 30ms / 1ns);
  EXPECT_GE(faults[0].effect_ns.value(), faults[0].begin_ns);
  EXPECT_GE(faults[0].recovered_ns.value(), faults[0].end_ns);
}

TEST_F(Nemeses, HealWhatHoldsWhenStopped) {
  Nemesis nemesis(Maker(), {.faults = {At(1ms, 1h, "a"), At(1h, 1ms, "b")}},
                  recorder_);
  nemesis.Start();
  WaitFor("inject a");
  nemesis.Stop();
  EXPECT_THAT(log_.lines(), ElementsAre("inject a", "heal a", "recover a"));
}

TEST_F(Nemeses, HealWhatHoldsWhenTheTestThrows) {
  try {
    Nemesis nemesis(Maker(), {.faults = {At(1ms, 1h, "a")}}, recorder_);
    nemesis.Start();
    WaitFor("inject a");
    throw std::runtime_error("the test broke");
  } catch (const std::runtime_error&) {
  }
  EXPECT_TRUE(log_.Has("heal a"));
  EXPECT_NE(recorder_.Snapshot().faults.at(0).end_ns, INT64_MAX);
}

TEST_F(Nemeses, HealEverythingWhenOneFaultBreaks) {
  for (const std::string step : {"inject", "no effect", "heal", "recover"}) {
    log_.Clear();
    Nemesis nemesis(Maker(step, "b"),
                    {.faults = {At(1ms, 1h, "a"), At(20ms, 1ms, "b")}},
                    recorder_);
    nemesis.Start();
    EXPECT_THROW(nemesis.Finish(Within(10s)), std::runtime_error) << step;
    EXPECT_TRUE(log_.Has("heal a")) << step;
    EXPECT_TRUE(log_.Has("heal b")) << step;
  }
}

TEST_F(Nemeses, SayThatAFaultHadNoEffect) {
  Nemesis nemesis(Maker("no effect"), {.faults = {At(1ms, 1ms, "a")}},
                  recorder_);
  nemesis.Start();
  EXPECT_THROW(nemesis.Finish(Within(10s)), NoEffectError);
  EXPECT_EQ(nemesis.effective(), 0);
}

TEST_F(Nemeses, HealWhatHoldsAtTheDeadline) {
  Nemesis nemesis(Maker(), {.faults = {At(1ms, 1h, "a")}}, recorder_);
  nemesis.Start();
  WaitFor("inject a");
  try {
    nemesis.Finish(Deadline::After(1ms));
    FAIL() << "no TimeoutError";
  } catch (const TimeoutError& error) {
    EXPECT_THAT(error.what(), HasSubstr("1 of 1 faults were not over"));
  }
  EXPECT_TRUE(log_.Has("heal a"));
}

TEST_F(Nemeses, SurviveAMakerThatThrows) {
  Nemesis nemesis(
      [](const FaultSpec&) -> std::unique_ptr<Fault> {
        throw UsageError("no such fault");
      },
      {.faults = {At(1ms, 1ms, "a")}}, recorder_);
  nemesis.Start();
  EXPECT_THROW(nemesis.Finish(Within(10s)), UsageError);
}

TEST_F(Nemeses, OfAnEmptyPlanAreDoneAtOnce) {
  Nemesis nemesis(Maker(), {}, recorder_);
  nemesis.Start();
  nemesis.Finish(Within(10s));
  EXPECT_THAT(log_.lines(), ElementsAre());
}

}  // namespace
}  // namespace faultline
