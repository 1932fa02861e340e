// The whole way from a defect of the store to the smallest plan that shows it,
// without machines.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

#include "faultline/base/files.h"
#include "faultline/sweep/planted_store.h"
#include "faultline/sweep/sweep.h"
#include "support/faulty_store.h"
#include "support/scratch_directory.h"

namespace faultline {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;

// Its members refuse everything while it lasts.
class DownFault : public Fault {
 public:
  DownFault(FaultyStore& store, std::vector<std::string> targets)
      : store_(store), targets_(std::move(targets)) {}
  void Inject(Deadline) override { SetDown(true); }
  void WaitForEffect(Deadline) override {}
  void Heal(Deadline) override { SetDown(false); }
  void WaitForRecovery(Deadline) override {}

 private:
  void SetDown(bool down) {
    for (const std::string& target : targets_) {
      store_.SetDown(std::stoi(target.substr(4)), down);
    }
  }

  FaultyStore& store_;
  const std::vector<std::string> targets_;
};

// Only process-kill does anything to a store in memory.
class NoFault : public Fault {
 public:
  void Inject(Deadline) override {}
  void WaitForEffect(Deadline) override {}
  void Heal(Deadline) override {}
  void WaitForRecovery(Deadline) override {}
};

class FakeSweep : public testing::Test {
 protected:
  FakeSweep() {
    options_.seed = 4711;
    options_.runs = 3;
    options_.loads = {"register"};
    options_.rules.kinds = ChooseKinds({"process-kill", "isolate"}, 3);
    options_.rules.earliest = 100ms;
    options_.rules.latest = 500ms;
    options_.rules.shortest = 100ms;
    options_.rules.longest = 300ms;
    options_.repetition = {1, 1};
  }

  SweepOutcome RunOnFake(const SweepCase& what,
                         const std::filesystem::path& directory) {
    auto owned = std::make_unique<FaultyStore>(3);
    FaultyStore& fake = *owned;
    fake.election_bound = election_bound_;
    std::unique_ptr<ReplicatedStore> store = std::move(owned);
    if (plant_) store = Plant(*plant_, std::move(store));
    const auto make = [&](const FaultSpec& spec) -> std::unique_ptr<Fault> {
      if (spec.kind == "process-kill")
        return std::make_unique<DownFault>(fake, spec.targets);
      return std::make_unique<NoFault>();
    };
    return RunSweepCase(*store, make, what, directory, {.operations = 20});
  }

  SweepSummary Run() {
    Sweep sweep(
        options_,
        [this](const SweepCase& what, const std::filesystem::path& place) {
          return RunOnFake(what, place);
        },
        scratch_.path(),
        [this](const std::string& line) { lines_.push_back(line); });
    return sweep.Run();
  }

  // The same with a canary.
  SweepSummary RunWithCanary() {
    const auto print = [this](const std::string& line) {
      lines_.push_back(line);
    };
    const auto bench = [this](const SweepCase& what, const auto& place) {
      return RunOnFake(what, place);
    };
    Sweep sweep(options_, bench, scratch_.path(), print);
    sweep.SetCanary([&](PlantedDefect defect, const SweepCase& what,
                        const std::filesystem::path& place) {
      plant_ = defect;
      SweepOutcome outcome = RunOnFake(what, place);
      plant_.reset();
      return outcome;
    });
    return sweep.Run();
  }

  // Nothing was found but what was planted.
  void ExpectOnlyThePlant(const SweepOutcome& outcome) const {
    for (const Verdict& verdict : outcome.verdicts) {
      if (verdict.judgement != Judgement::kViolated) continue;
      EXPECT_TRUE(CanCause(*plant_, verdict)) << verdict.property;
    }
  }

  SweepOptions options_;
  std::optional<PlantedDefect> plant_;
  Duration election_bound_ = 4s;
  ScratchDirectory scratch_;
  std::vector<std::string> lines_;
};

std::vector<std::string> NamesIn(const std::filesystem::path& directory) {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    names.push_back(entry.path().filename().string());
  }
  return names;
}

TEST_F(FakeSweep, OfAHealthyStoreHoldsAndKeepsNothing) {
  for (const char* load : {"register", "map", "set", "watch"}) {
    options_.loads = {load};
    options_.runs = 1;
    const SweepSummary summary = Run();
    EXPECT_EQ(summary.held, 1) << lines_.back();
    EXPECT_EQ(summary.ExitStatus(), 0);
    EXPECT_THAT(lines_.back(), AllOf(HasSubstr("[1] seed 4711 load "),
                                     HasSubstr(load), HasSubstr("s held (")));
  }
  EXPECT_TRUE(NamesIn(scratch_.path()).empty());
}

TEST_F(FakeSweep, FindsAPlantedDefectAndShrinksItsPlan) {
  plant_ = PlantedDefect::kLostWrite;
  const auto noise = ParsePlan(
      "nodes 3\nat 100 ms for 300 ms: isolate node1\n"
      "at 150 ms for 400 ms: process-kill node2\n"
      "at 600 ms for 100 ms: isolate node3\n",
      "plan");
  options_.plan = noise;
  const SweepSummary summary = Run();
  ASSERT_EQ(summary.violations.size(), 1U);
  ExpectOnlyThePlant(summary.violations[0].outcome);
  const SweepViolation& violation = summary.violations[0];
  ASSERT_EQ(violation.shrunk->plan.faults.size(), 1U);
  EXPECT_EQ(violation.shrunk->plan.faults[0].fault, noise.faults[1].fault);
  EXPECT_LE(violation.shrunk->plan.faults[0].duration, 400ms);
  EXPECT_EQ(summary.ExitStatus(), 1);
  EXPECT_EQ(ReadPlan(violation.plan_file), violation.shrunk->plan);
  EXPECT_THAT(
      ToText(summary, "faultline sweep"),
      AllOf(testing::StartsWith("VIOLATED: "), HasSubstr("process-kill node2"),
            HasSubstr("rerun: faultline sweep --plan " +
                      violation.plan_file.string())));
}

TEST_F(FakeSweep, FindsStaleReads) {
  plant_ = PlantedDefect::kStaleRead;
  options_.shrink = false;
  options_.plan =
      ParsePlan("nodes 3\nat 100 ms for 800 ms: process-kill node2\n", "plan");
  const SweepSummary summary = Run();
  ASSERT_EQ(summary.violated, 1) << lines_.back();
  ExpectOnlyThePlant(summary.violations[0].outcome);
  EXPECT_THAT(summary.violations[0].outcome.Reason(), HasSubstr("lineariz"));
}

TEST_F(FakeSweep, FindsAWatchThatLosesAnEventAndShrinksItsPlan) {
  plant_ = PlantedDefect::kLostEvent;
  options_.loads = {"watch"};
  options_.plan = ParsePlan(
      "nodes 3\nat 100 ms for 300 ms: isolate node1\n"
      "at 150 ms for 400 ms: process-kill node1\n",
      "plan");
  const SweepSummary summary = Run();
  ASSERT_EQ(summary.violated, 1) << lines_.back();
  ExpectOnlyThePlant(summary.violations[0].outcome);
  const SweepViolation& violation = summary.violations[0];
  EXPECT_THAT(violation.outcome.Reason(),
              AllOf(HasSubstr("watch"), HasSubstr("left out revision")));
  ASSERT_EQ(violation.shrunk->plan.faults.size(), 1U);
  EXPECT_EQ(violation.shrunk->plan.faults[0].fault.kind, "process-kill");
  EXPECT_THAT(NamesIn(violation.outcome.evidence), Contains("watch.jsonl"));
}

TEST_F(FakeSweep, FindsAWatchThatRepeatsAnEvent) {
  plant_ = PlantedDefect::kRepeatedEvent;
  options_.loads = {"watch"};
  options_.shrink = false;
  options_.plan =
      ParsePlan("nodes 3\nat 100 ms for 400 ms: process-kill node1\n", "plan");
  const SweepSummary summary = Run();
  ASSERT_EQ(summary.violated, 1) << lines_.back();
  ExpectOnlyThePlant(summary.violations[0].outcome);
  EXPECT_THAT(summary.violations[0].outcome.Reason(),
              AllOf(HasSubstr("resumed from revision"), HasSubstr(" came")));
}

TEST_F(FakeSweep, KeepsTheEvidenceOfAViolation) {
  plant_ = PlantedDefect::kLostWrite;
  options_.shrink = false;
  options_.plan =
      ParsePlan("nodes 3\nat 100 ms for 500 ms: process-kill node2\n", "plan");
  Run();
  const auto names = NamesIn(scratch_.path() / "run-1");
  for (const char* name : {"history.jsonl", "plan.txt", "verdict.txt",
                           "trace.jsonl", "node2-commits.jsonl"}) {
    EXPECT_THAT(names, Contains(name));
  }
  EXPECT_EQ(ReadPlan(scratch_.path() / "run-1" / "plan.txt"), *options_.plan);
}

// A fault that leaves a majority: requests must be acknowledged again before it
// is healed.
TEST_F(FakeSweep, FindsAMajorityThatDoesNotServeDuringAFault) {
  plant_ = PlantedDefect::kStalledMajority;
  election_bound_ = 300ms;
  options_.shrink = false;
  options_.plan =
      ParsePlan("nodes 3\nat 100 ms for 900 ms: process-kill node2\n", "plan");
  const SweepSummary summary = Run();
  ASSERT_EQ(summary.violated, 1) << lines_.back();
  ExpectOnlyThePlant(summary.violations[0].outcome);
  EXPECT_THAT(
      summary.violations[0].outcome.Reason(),
      AllOf(HasSubstr("every outage ends within"), HasSubstr("down from")));
}

TEST_F(FakeSweep, ExcusesAnOutageWhileNoMajorityIsLeft) {
  plant_ = PlantedDefect::kStalledMajority;
  election_bound_ = 300ms;
  options_.runs = 1;
  options_.plan = ParsePlan(
      "nodes 3\nat 100 ms for 900 ms: process-kill node1,node2\n", "plan");
  EXPECT_EQ(Run().held, 1) << lines_.back();
}

TEST_F(FakeSweep, WithoutAFaultHoldsInSpiteOfThePlantedDefect) {
  plant_ = PlantedDefect::kLostWrite;
  options_.runs = 1;
  options_.plan = FaultPlan{};
  EXPECT_EQ(Run().held, 1) << lines_.back();
}

TEST_F(FakeSweep, WithoutAFaultHoldsInSpiteOfAPlantedWatchDefect) {
  plant_ = PlantedDefect::kLostEvent;
  options_.loads = {"watch"};
  options_.runs = 1;
  options_.plan = FaultPlan{};
  EXPECT_EQ(Run().held, 1) << lines_.back();
}

TEST_F(FakeSweep, FindsItsCanaryWhileTheStoreHolds) {
  options_.runs = 1;
  options_.plan =
      ParsePlan("nodes 3\nat 100 ms for 800 ms: process-kill node2\n", "plan");
  const SweepSummary summary = RunWithCanary();
  EXPECT_TRUE(summary.canary->found) << lines_.front();
  EXPECT_EQ(summary.held, 1) << lines_.back();
  EXPECT_EQ(summary.ExitStatus(), 0);
  EXPECT_TRUE(NamesIn(scratch_.path()).empty());
}

TEST_F(FakeSweep, WithoutAFaultMissesItsCanary) {
  options_.runs = 1;
  options_.canary_tries = 2;
  options_.plan = FaultPlan{};
  const SweepSummary summary = RunWithCanary();
  EXPECT_EQ(summary.held, 1) << lines_.back();
  EXPECT_EQ(summary.canary->tries, 2);
  EXPECT_EQ(summary.ExitStatus(), 2);
}

TEST_F(FakeSweep, DrawsTheSameCaseFromTheSameSeed) {
  options_.loads = {"register", "map", "set", "watch"};
  const SweepCase one = DrawCase(options_, 17);
  const SweepCase again = DrawCase(options_, 17);
  EXPECT_EQ(one.plan, again.plan);
  EXPECT_EQ(one.load, again.load);
  EXPECT_EQ(one.plan.seed, 17U);
}

TEST(CanCause, ALostEventIsMissedInEveryCountOfWatches) {
  const auto violated = [](const std::string& property) {
    return Verdict{Judgement::kViolated, property, {}};
  };
  for (const char* property :
       {"watch: a watch resumes where it was asked to",
        "when all is healed, every watch catches up in time",
        "what a watch wanted came on one of its streams, or was refused; "
        "watch: a watch resumes where it was asked to, as the disks of a "
        "majority show them"})
    EXPECT_TRUE(CanCause(PlantedDefect::kLostEvent, violated(property)));
  EXPECT_FALSE(CanCause(
      PlantedDefect::kLostEvent,
      violated("every acknowledged write stands once in every member's log")));
}

}  // namespace
}  // namespace faultline
