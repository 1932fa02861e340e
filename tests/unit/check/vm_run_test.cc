#include "faultline/check/vm_run.h"

#include <gmock/gmock.h>

namespace faultline {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr std::int64_t kSecond = 1'000'000'000;
constexpr char kVm[] = "ticker";

MATCHER(Holds, "holds") { return arg.Holds(); }

// A trace in seconds; every machine is "ticker".
class Trace {
 public:
  Trace& Tick(double at, const std::string& host, std::uint32_t boot,
              std::uint32_t count) {
    trace_.ticks.push_back({.at_ns = Ns(at),
                            .host = host,
                            .vm = kVm,
                            .boot = boot,
                            .count = count});
    return End(at);
  }
  // One each second, the first at `from`.
  Trace& Ticks(double from, int ticks, const std::string& host,
               std::uint32_t boot, std::uint32_t count = 0) {
    for (int i = 0; i < ticks; ++i)
      Tick(from + i, host, boot, count + static_cast<std::uint32_t>(i));
    return *this;
  }
  Trace& Request(double asked, double answered, const std::string& verb,
                 VmRequest::Outcome outcome = VmRequest::Outcome::kDone) {
    trace_.requests.push_back({.asked_ns = Ns(asked),
                               .answered_ns = Ns(answered),
                               .host = "node1",
                               .vm = kVm,
                               .verb = verb,
                               .outcome = outcome});
    return End(answered);
  }
  Trace& Fence(double asked, double answered, const std::string& host,
               const std::string& answer = "done", bool obeyed = true) {
    trace_.fences.push_back({.asked_ns = Ns(asked),
                             .answered_ns = Ns(answered),
                             .by = "node2",
                             .host = host,
                             .action = "off",
                             .answer = answer,
                             .obeyed = obeyed});
    return *this;
  }
  Trace& End(double at) {
    trace_.ended_ns = std::max(trace_.ended_ns, Ns(at));
    return *this;
  }
  Trace& Disturbed() {
    trace_.ticks.back().disturbed = true;
    return *this;
  }
  operator const VmTrace&() const { return trace_; }  // NOLINT: reads as one

 private:
  static std::int64_t Ns(double seconds) {
    return static_cast<std::int64_t>(seconds * kSecond);
  }
  VmTrace trace_;
};

FaultInterval Fault(double begin, double end, const std::string& target) {
  return {.name = "power-cut",
          .target = target,
          .begin_ns = static_cast<std::int64_t>(begin * kSecond),
          .end_ns = static_cast<std::int64_t>(end * kSecond)};
}

Trace StartedAndTicking() {
  return Trace().Request(1, 2, "start").Ticks(3, 10, "node1", 1);
}

VmPromises Limit(double seconds) {
  return {.silence_limit_ns = static_cast<std::int64_t>(seconds * kSecond)};
}

Judgement JudgementOf(const Verdict& verdict) { return verdict.judgement; }

TEST(VmRun, NothingIsKnownWithoutATick) {
  const VmTrace none;
  EXPECT_EQ(JudgementOf(CheckVmRunsOnce(none, kVm)), Judgement::kUnknown);
  EXPECT_EQ(JudgementOf(CheckVmBoots(none, kVm, {}, {})), Judgement::kUnknown);
  EXPECT_EQ(JudgementOf(CheckVmRunsInTime(none, kVm, {})), Judgement::kUnknown);
  EXPECT_EQ(JudgementOf(CheckFencedBeforeElsewhere(none, kVm)),
            Judgement::kUnknown);
}

TEST(VmRunsOnce, HoldsForAMoveAndARestart) {
  Trace moved = StartedAndTicking();
  moved.Ticks(13, 5, "node2", 1, 10).Ticks(20, 5, "node1", 2);
  EXPECT_THAT(CheckVmRunsOnce(moved, kVm), Holds());
}

TEST(VmRunsOnce, IsViolatedByAnOldHostThatGoesOn) {
  Trace twice = StartedAndTicking();
  twice.Tick(13, "node2", 2, 0).Tick(13.5, "node1", 1, 10);
  const Verdict verdict = CheckVmRunsOnce(twice, kVm);
  EXPECT_EQ(verdict.judgement, Judgement::kViolated);
  EXPECT_THAT(
      verdict.evidence,
      ElementsAre("ticker on node1: boot 1 count 10 at 13.500 s, although "
                  "ticker on node2: boot 2 count 0 at 13.000 s before; no "
                  "fence of node1 had been confirmed"));
}

TEST(VmRunsOnce, NamesTheFenceThatLied) {
  Trace twice = StartedAndTicking();
  twice.Fence(12.4, 12.5, "node1", "done", false);
  twice.Tick(13, "node2", 2, 0).Tick(13.5, "node1", 1, 10);
  EXPECT_THAT(CheckVmRunsOnce(twice, kVm).evidence,
              Contains(HasSubstr("without doing it")));
}

TEST(VmRunsOnce, IsViolatedByTheSameBootOnTwoHosts) {
  Trace twice = StartedAndTicking();
  twice.Tick(13, "node2", 1, 10).Tick(13.5, "node1", 1, 10);
  EXPECT_EQ(JudgementOf(CheckVmRunsOnce(twice, kVm)), Judgement::kViolated);
}

TEST(VmRunsOnce, IsViolatedByAForeignWriter) {
  Trace written = StartedAndTicking();
  written.Disturbed();
  EXPECT_EQ(JudgementOf(CheckVmRunsOnce(written, kVm)), Judgement::kViolated);
}

TEST(VmBoots, HoldForStartsThatWereAskedFor) {
  Trace twice = StartedAndTicking();
  twice.Request(14, 15, "destroy").Request(16, 17, "start");
  twice.Ticks(18, 3, "node1", 2);
  EXPECT_THAT(CheckVmBoots(twice, kVm, {}, {}), Holds());
}

TEST(VmBoots, AreViolatedByABootWithoutAReason) {
  Trace again = StartedAndTicking();
  again.Ticks(18, 3, "node1", 2);
  EXPECT_EQ(JudgementOf(CheckVmBoots(again, kVm, {}, {})),
            Judgement::kViolated);
}

TEST(VmBoots, AreViolatedByMoreBootsThanReasons) {
  Trace again = StartedAndTicking();
  again.Request(16, 17, "start").Ticks(18, 3, "node1", 3);
  EXPECT_EQ(JudgementOf(CheckVmBoots(again, kVm, {}, {})),
            Judgement::kViolated);
}

TEST(VmBoots, ARefusedStartIsNoReason) {
  Trace again = StartedAndTicking();
  again.Request(16, 17, "start", VmRequest::Outcome::kRefused);
  again.Ticks(18, 3, "node1", 2);
  EXPECT_EQ(JudgementOf(CheckVmBoots(again, kVm, {}, {})),
            Judgement::kViolated);
}

TEST(VmBoots, AFaultOfItsHostIsAReasonForWhoRestarts) {
  Trace again = StartedAndTicking();
  again.Ticks(25, 3, "node2", 2);
  const VmPromises restarts{.restarts = true};
  EXPECT_THAT(CheckVmBoots(again, kVm, {Fault(13, 40, "node1")}, restarts),
              Holds());
  EXPECT_EQ(
      JudgementOf(CheckVmBoots(again, kVm, {Fault(13, 40, "node3")}, restarts)),
      Judgement::kViolated);
  EXPECT_EQ(JudgementOf(CheckVmBoots(again, kVm, {Fault(13, 40, "node1")}, {})),
            Judgement::kViolated);
}

TEST(VmBoots, AFenceOfItsHostIsAReasonForWhoRestarts) {
  Trace again = StartedAndTicking();
  again.Fence(14, 14.5, "node1").Ticks(25, 3, "node2", 2);
  EXPECT_THAT(CheckVmBoots(again, kVm, {}, {.restarts = true}), Holds());
}

TEST(VmBoots, AreViolatedByACountThatGoesBack) {
  Trace back = StartedAndTicking();
  back.Tick(14, "node1", 1, 3);
  EXPECT_EQ(JudgementOf(CheckVmBoots(back, kVm, {}, {})), Judgement::kViolated);
}

TEST(VmRunsInTime, HoldsForShortSilences) {
  EXPECT_THAT(CheckVmRunsInTime(StartedAndTicking(), kVm, Limit(1)), Holds());
}

TEST(VmRunsInTime, IsViolatedByASilenceInTheMiddleAndAtTheEnd) {
  Trace silent = StartedAndTicking();
  silent.Tick(30, "node1", 1, 10);
  EXPECT_EQ(JudgementOf(CheckVmRunsInTime(silent, kVm, Limit(10))),
            Judgement::kViolated);
  Trace ended = StartedAndTicking();
  ended.End(40);
  EXPECT_EQ(JudgementOf(CheckVmRunsInTime(ended, kVm, Limit(10))),
            Judgement::kViolated);
}

TEST(VmRunsInTime, ARequestedStopEndsTheTime) {
  Trace stopped = StartedAndTicking();
  stopped.Request(13, 14, "suspend").End(100);
  EXPECT_THAT(CheckVmRunsInTime(stopped, kVm, Limit(2)), Holds());
}

TEST(VmRunsInTime, SilenceCountsFromTheEndOfADowntime) {
  Trace silent = StartedAndTicking();
  silent.Tick(30, "node1", 1, 10);
  VmPromises promises = Limit(5);
  promises.downtimes = {{12 * kSecond, 26 * kSecond}};
  EXPECT_THAT(CheckVmRunsInTime(silent, kVm, promises), Holds());
}

TEST(FencedBeforeElsewhere, HoldsWithTheMarginShown) {
  Trace fenced = StartedAndTicking();
  fenced.Fence(15, 15.5, "node1").Ticks(20, 3, "node2", 2);
  const Verdict verdict = CheckFencedBeforeElsewhere(fenced, kVm);
  EXPECT_THAT(verdict, Holds());
  EXPECT_THAT(verdict.evidence,
              ElementsAre("node1 off at 15.500 s, 4.500 s before its first "
                          "tick on node2"));
}

TEST(FencedBeforeElsewhere, IsViolatedWithoutALateAndByALyingFence) {
  Trace unfenced = StartedAndTicking();
  unfenced.Ticks(20, 3, "node2", 2);
  EXPECT_EQ(JudgementOf(CheckFencedBeforeElsewhere(unfenced, kVm)),
            Judgement::kViolated);
  Trace late = StartedAndTicking();
  late.Fence(15, 20.5, "node1").Ticks(20, 3, "node2", 2);
  EXPECT_EQ(JudgementOf(CheckFencedBeforeElsewhere(late, kVm)),
            Judgement::kViolated);
  Trace lied = StartedAndTicking();
  lied.Fence(15, 15.5, "node1", "done", false).Ticks(20, 3, "node2", 2);
  EXPECT_EQ(JudgementOf(CheckFencedBeforeElsewhere(lied, kVm)),
            Judgement::kViolated);
}

TEST(FencedBeforeElsewhere, AMoveNeedsNoFence) {
  Trace moved = StartedAndTicking();
  moved.Ticks(13, 3, "node2", 1, 10);
  EXPECT_THAT(CheckFencedBeforeElsewhere(moved, kVm), Holds());
}

TEST(JudgeVms, AsksForAMachineThatNeverTicked) {
  Trace started;
  started.Request(1, 2, "start");
  const auto verdicts = JudgeVms(started, {}, {.fenced = true});
  ASSERT_EQ(verdicts.size(), 4U);
  for (const Verdict& verdict : verdicts)
    EXPECT_EQ(verdict.judgement, Judgement::kUnknown);
}

}  // namespace
}  // namespace faultline
