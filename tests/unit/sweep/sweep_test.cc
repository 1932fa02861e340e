#include "faultline/sweep/sweep.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <set>
#include <stdexcept>

#include "faultline/base/error.h"
#include "faultline/sweep/planted_store.h"
#include "faultline/sweep/sweep_load.h"
#include "support/faulty_store.h"
#include "support/scratch_directory.h"
#include "support/throws.h"

namespace faultline {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;

class ScriptedSweep : public testing::Test {
 protected:
  ScriptedSweep() {
    options_.runs = 4;
    options_.plan = FaultPlan{};
    options_.shrink = false;
  }

  SweepSummary Run(const Sweep::Bench& bench) {
    return Sweep(options_, bench, scratch_.path(),
                 [this](const std::string& line) { lines_.push_back(line); })
        .Run();
  }
  static SweepOutcome Outcome(Judgement judgement) {
    SweepOutcome outcome;
    outcome.judgement = judgement;
    outcome.verdicts = {{judgement, "the promise", {"first\nsecond"}}};
    return outcome;
  }

  SweepOptions options_;
  ScratchDirectory scratch_;
  std::vector<std::string> lines_;
};

TEST_F(ScriptedSweep, GivesEachRunTheNextSeed) {
  options_.seed = 10;
  std::vector<std::uint64_t> seeds;
  Run([&](const SweepCase& what, const auto&) {
    seeds.push_back(what.seed);
    return Outcome(Judgement::kHolds);
  });
  EXPECT_THAT(seeds, testing::ElementsAre(10, 11, 12, 13));
}

TEST_F(ScriptedSweep, OfSeveralShardsEachHasItsOwnSeeds) {
  options_.seed = 11;
  options_.stride = 3;
  std::vector<std::uint64_t> seeds;
  Run([&](const SweepCase& what, const auto&) {
    seeds.push_back(what.seed);
    return Outcome(Judgement::kHolds);
  });
  EXPECT_THAT(seeds, testing::ElementsAre(11, 14, 17, 20));
}

TEST_F(ScriptedSweep, EndsAtTheFirstViolationUnlessToldToGoOn) {
  const auto violated = [](const SweepCase&, const auto&) {
    return Outcome(Judgement::kViolated);
  };
  EXPECT_EQ(Run(violated).violated, 1);
  ScratchDirectory other;
  options_.go_on = true;
  const SweepSummary all =
      Sweep(options_, violated, other.path(), [](const auto&) {}).Run();
  EXPECT_EQ(all.violated, 4);
  EXPECT_EQ(all.ExitStatus(), 1);
  EXPECT_THAT(lines_.back(),
              AllOf(HasSubstr("VIOLATED"), HasSubstr(": the promise: first"),
                    testing::Not(HasSubstr("second"))));
}

TEST_F(ScriptedSweep, RunThatThrowsIsInconclusive) {
  int runs = 0;
  const SweepSummary summary =
      Run([&](const SweepCase&, const auto&) -> SweepOutcome {
        if (++runs == 2) throw std::runtime_error("no memory left");
        return Outcome(Judgement::kHolds);
      });
  EXPECT_EQ(summary.inconclusive, 1);
  EXPECT_EQ(summary.held, 3);
  EXPECT_EQ(summary.ExitStatus(), 2);
  EXPECT_THAT(lines_.at(1),
              AllOf(HasSubstr("INCONCLUSIVE"), HasSubstr("no memory left")));
}

TEST_F(ScriptedSweep, GivesUpWhenNothingIsConclusive) {
  options_.runs = 100;
  const SweepSummary summary =
      Run([](const SweepCase&, const auto&) -> SweepOutcome {
        throw std::runtime_error("no memory left");
      });
  EXPECT_EQ(summary.runs(), 5);
  EXPECT_EQ(summary.ExitStatus(), 2);
}

TEST_F(ScriptedSweep, UsageErrorEndsIt) {
  EXPECT_THROW(Run([](const SweepCase&, const auto&) -> SweepOutcome {
                 throw UsageError("no room");
               }),
               UsageError);
}

TEST_F(ScriptedSweep, EndsWhenItsTimeIsOver) {
  options_.runs = 0;
  options_.time = 0s;
  const SweepSummary none = Run(
      [](const SweepCase&, const auto&) { return Outcome(Judgement::kHolds); });
  EXPECT_EQ(none.runs(), 0);
  EXPECT_EQ(none.ExitStatus(), 2);
}

TEST_F(ScriptedSweep, CountsInItsReport) {
  const SweepSummary summary = Run(
      [](const SweepCase&, const auto&) { return Outcome(Judgement::kHolds); });
  EXPECT_THAT(ToText(summary, "faultline sweep"),
              AllOf(testing::StartsWith("4 runs in "),
                    HasSubstr("4 held, 0 violated, 0 inconclusive")));
}

class CanarySweep : public ScriptedSweep {
 protected:
  // The canary is found in try `found_in`, all else holds.
  SweepSummary RunFoundIn(int found_in) {
    int tries = 0;
    Sweep sweep(
        options_,
        [](const SweepCase&, const auto&) {
          return Outcome(Judgement::kHolds);
        },
        scratch_.path(),
        [this](const std::string& line) { lines_.push_back(line); });
    sweep.SetCanary([&](PlantedDefect defect, const SweepCase& what,
                        const auto&) {
      loads_.push_back(what.load);
      SweepOutcome outcome = Outcome(++tries == found_in ? Judgement::kViolated
                                                         : Judgement::kUnknown);
      outcome.verdicts[0].property = WhatShows(defect);
      if (store_is_broken_)
        outcome.verdicts.push_back({Judgement::kViolated, "another", {}});
      return outcome;
    });
    return sweep.Run();
  }
  static std::string WhatShows(PlantedDefect defect) {
    const bool of_watches = defect == PlantedDefect::kLostEvent ||
                            defect == PlantedDefect::kRepeatedEvent;
    return of_watches ? "watch: all" : "linearizable as a map";
  }
  bool IsKept() const {
    return std::filesystem::exists(scratch_.path() / "canary-1");
  }

  std::vector<std::string> loads_;
  bool store_is_broken_ = false;
};

TEST_F(CanarySweep, WhatTheDefectCannotCauseIsAViolationThatStays) {
  store_is_broken_ = true;
  const SweepSummary summary = RunFoundIn(1);
  EXPECT_TRUE(summary.canary->found);
  EXPECT_EQ(summary.violated, 1);
  EXPECT_EQ(summary.ExitStatus(), 1);
  EXPECT_TRUE(IsKept());
}

TEST_F(CanarySweep, WhatTheDefectCannotCauseDoesNotFindIt) {
  store_is_broken_ = true;
  options_.go_on = true;
  const SweepSummary summary = RunFoundIn(options_.canary_tries + 1);
  EXPECT_FALSE(summary.canary->found);
  EXPECT_TRUE(summary.CanaryMissed());
}

TEST_F(CanarySweep, FoundItCountsForNothingElseAndLeavesNothing) {
  const SweepSummary summary = RunFoundIn(1);
  EXPECT_EQ(summary.held, 4);
  EXPECT_EQ(summary.violated, 0);
  EXPECT_EQ(summary.ExitStatus(), 0);
  EXPECT_EQ(summary.canary->tries, 1);
  EXPECT_FALSE(IsKept());
  EXPECT_THAT(lines_, testing::Contains(HasSubstr("found in try 1")));
}

TEST_F(CanarySweep, MissedItIsNotBelieved) {
  const SweepSummary summary = RunFoundIn(options_.canary_tries + 1);
  EXPECT_EQ(summary.held, 4);
  EXPECT_EQ(summary.canary->tries, options_.canary_tries);
  EXPECT_EQ(summary.ExitStatus(), 2);
  EXPECT_TRUE(IsKept());
  EXPECT_THAT(ToText(summary, "faultline sweep"),
              AllOf(testing::StartsWith("canary "),
                    HasSubstr("green is not to be believed")));
}

TEST_F(CanarySweep, WithoutOneNothingIsSaidOfIt) {
  const SweepSummary summary = Run(
      [](const SweepCase&, const auto&) { return Outcome(Judgement::kHolds); });
  EXPECT_FALSE(summary.canary.has_value());
  EXPECT_EQ(summary.ExitStatus(), 0);
  EXPECT_THAT(ToText(summary, "faultline sweep"),
              testing::Not(HasSubstr("canary")));
}

TEST_F(CanarySweep, IsOfAKindThatItsLoadsCanShow) {
  std::set<PlantedDefect> of_sets;
  std::set<PlantedDefect> of_all;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    of_sets.insert(DrawCanary({"set"}, seed));
    of_all.insert(DrawCanary(options_.loads, seed));
    EXPECT_EQ(DrawCanary(options_.loads, seed),
              DrawCanary(options_.loads, seed));
  }
  EXPECT_THAT(of_sets, testing::ElementsAre(PlantedDefect::kStaleRead));
  EXPECT_EQ(of_all.size(), 4U);
}

TEST_F(CanarySweep, RunsOnlyLoadsThatCanShowIt) {
  while (DrawCanary(options_.loads, options_.seed) != PlantedDefect::kLostEvent)
    ++options_.seed;
  RunFoundIn(options_.canary_tries + 1);
  EXPECT_THAT(loads_, testing::Each("watch"));
}

// A fault that has no effect.
class Ineffective : public Fault {
 public:
  void Inject(Deadline) override {}
  void WaitForEffect(Deadline) override {
    throw NoEffectError("process-kill had no effect");
  }
  void Heal(Deadline) override {}
  void WaitForRecovery(Deadline) override {}
};

const SweepCase kOneFault{
    .plan = {.faults = {{10ms, 10ms, {"process-kill", {"node1"}}}}}};

TEST(SweepRun, IsInconclusiveIfAFaultHadNoEffect) {
  const ScratchDirectory scratch;
  FaultyStore store(3);
  const SweepOutcome outcome = RunSweepCase(
      store, [](const FaultSpec&) { return std::make_unique<Ineffective>(); },
      kOneFault, scratch.path(), {.operations = 20});
  EXPECT_EQ(outcome.judgement, Judgement::kUnknown);
  EXPECT_THAT(outcome.Reason(), HasSubstr("process-kill had no effect"));
}

TEST(SweepRun, IsInconclusiveIfTheStoreNeverServed) {
  const ScratchDirectory scratch;
  FaultyStore store(3);
  store.BeginOutage(OutageKind::kRefuse);
  const SweepOutcome outcome = RunSweepCase(
      store, {}, {}, scratch.path(), {.operations = 20, .to_serve = 200ms});
  EXPECT_EQ(outcome.judgement, Judgement::kUnknown);
  EXPECT_THAT(outcome.Reason(), HasSubstr("serves before any fault"));
}

SweepOutcome RunWithDisks(const DisksReader& read) {
  const ScratchDirectory scratch;
  FaultyStore store(3);
  return RunSweepCase(store, {}, {}, scratch.path(), {.operations = 20},
                      LookAtNothing, read);
}

TEST(SweepRun, IsViolatedIfADiskSaysSo) {
  PersistedLog corrupt{.node = "node1", .corruption = "record 7"};
  Judgement before = Judgement::kUnknown;
  const SweepOutcome outcome = RunWithDisks([&](const SweepOutcome& so_far) {
    before = so_far.judgement;
    return std::vector{corrupt};
  });
  EXPECT_EQ(before, Judgement::kHolds);
  EXPECT_EQ(outcome.judgement, Judgement::kViolated);
  EXPECT_THAT(outcome.Reason(), HasSubstr("node1: corrupt: record 7"));
}

TEST(SweepRun, IsInconclusiveIfADiskCannotBeRead) {
  const SweepOutcome outcome =
      RunWithDisks([](const SweepOutcome&) -> std::vector<PersistedLog> {
        throw MachineError("node2: no such file");
      });
  EXPECT_EQ(outcome.judgement, Judgement::kUnknown);
  EXPECT_THAT(outcome.Reason(), HasSubstr("node2: no such file"));
}

// The members are silent from then on, healed or not.
class Lasting : public Fault {
 public:
  explicit Lasting(FaultyStore& store) : store_(store) {}
  void Inject(Deadline) override { store_.BeginOutage(OutageKind::kRefuse); }
  void WaitForEffect(Deadline) override {}
  void Heal(Deadline) override {}
  void WaitForRecovery(Deadline) override {}

 private:
  FaultyStore& store_;
};

TEST(SweepRun, IsViolatedIfTheStoreDoesNotRecover) {
  const ScratchDirectory scratch;
  FaultyStore store(3);
  const SweepOutcome outcome = RunSweepCase(
      store, [&](const FaultSpec&) { return std::make_unique<Lasting>(store); },
      kOneFault, scratch.path(), {.operations = 20, .to_converge = 300ms});
  EXPECT_EQ(outcome.judgement, Judgement::kViolated);
  EXPECT_THAT(outcome.Reason(), HasSubstr("the members agree in time"));
}

SweepOutcome RunWithWatches(ReplicatedStore& store,
                            const SweepPatience& patience) {
  const ScratchDirectory scratch;
  return RunSweepCase(store, {}, {.plan = {}, .load = "watch"}, scratch.path(),
                      patience);
}

TEST(SweepRun, IsViolatedIfAWatchNeverCatchesUp) {
  FaultyStore store(3);
  for (const char* node : {"node1", "node2", "node3"}) {
    store.watch()->SetSilent(node, true);
  }
  const SweepOutcome outcome =
      RunWithWatches(store, {.operations = 20, .to_converge = 1s});
  EXPECT_EQ(outcome.judgement, Judgement::kViolated);
  EXPECT_THAT(outcome.Reason(), HasSubstr("every watch catches up in time"));
}

TEST(SweepRun, StopsItsWatchesIfTheStoreNeverServed) {
  FaultyStore store(3);
  store.BeginOutage(OutageKind::kRefuse);
  const SweepOutcome outcome =
      RunWithWatches(store, {.operations = 20, .to_serve = 200ms});
  EXPECT_EQ(outcome.judgement, Judgement::kUnknown);
}

TEST(SweepNames, UnknownOnesAreRefusedWithWhatExists) {
  EXPECT_THAT(ErrorOf([] { FindSweepLoad("queue"); }),
              HasSubstr("there is no load \"queue\"; there are register, map"));
  EXPECT_THAT(ErrorOf([] { ParsePlantedDefect("bug"); }),
              HasSubstr("lost-event, lost-write"));
}

}  // namespace
}  // namespace faultline
