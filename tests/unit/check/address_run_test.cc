#include "faultline/check/address_run.h"

#include <gmock/gmock.h>

#include <limits>

namespace faultline {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

constexpr double kSecond = 1e9;
constexpr char kAddress[] = "192.0.2.100";

MATCHER(Holds, "holds") { return arg.Holds(); }
MATCHER(IsUnknown, "is unknown") {
  return arg.judgement == Judgement::kUnknown;
}
MATCHER_P(IsViolated, line, "is violated: " + std::string(line)) {
  return arg.judgement == Judgement::kViolated && !arg.evidence.empty() &&
         testing::Value(arg.evidence.front(), HasSubstr(line));
}

std::int64_t Ns(double seconds) {
  return static_cast<std::int64_t>(seconds * kSecond);
}

FaultInterval Fault(const std::string& name, const std::string& node,
                    double from, double until) {
  return {.name = name,
          .target = node,
          .begin_ns = Ns(from),
          .end_ns =
              until < 0 ? std::numeric_limits<std::int64_t>::max() : Ns(until)};
}

// A run in seconds, by the promises: nobody for 4 s, two for 1 s.
class Scene {
 public:
  Scene& Claim(double at, const std::string& node, bool holds) {
    trace.claims.push_back({.at_ns = Ns(at), .node = node, .holds = holds});
    return End(at);
  }
  Scene& Frame(double at, AddressFrame::Kind kind, const std::string& node) {
    trace.frames.push_back({.at_ns = Ns(at), .kind = kind, .node = node});
    return End(at);
  }
  // A reply every quarter of a second.
  Scene& Replies(double from, double until, const std::string& node) {
    for (double at = from; at <= until; at += 0.25)
      Frame(at, AddressFrame::Kind::kReply, node);
    return *this;
  }
  Scene& Answer(double from, double until, const std::string& node) {
    Operation operation = MakeCall("ask", kAddress);
    operation.invoked_ns = Ns(from);
    operation.completed_ns = Ns(until);
    AnswerCall(operation, node);
    history.operations.push_back(operation);
    return End(until);
  }
  Scene& Break(const FaultInterval& fault) {
    history.faults.push_back(fault);
    return *this;
  }
  Scene& End(double at) {
    trace.ended_ns = std::max(trace.ended_ns, Ns(at));
    return *this;
  }

  Verdict OneHolder() const {
    return CheckOneHolder(trace, history.faults, promises);
  }
  Verdict OneAnswers() const { return CheckOneAnswers(trace, promises); }
  Verdict AlwaysHeld() const {
    return CheckAlwaysHeld(trace, history.faults, promises);
  }
  Verdict Moves() const { return CheckMoves(trace, history.faults, promises); }
  Verdict Announced() const { return CheckAnnounced(trace, promises); }
  Verdict ClientsSee() const {
    return CheckClientsSee(trace, history, promises);
  }

  AddressTrace trace{.address = kAddress};
  History history;
  AddressPromises promises{.takeover_limit_ns = Ns(4),
                           .handover_limit_ns = Ns(1),
                           .announce_limit_ns = Ns(1),
                           .holders = {"node1", "node2", "node1"}};
};

// The first node has it, gives it up, and takes it back.
Scene Moved() {
  return Scene()
      .Claim(1, "node1", true)
      .Claim(10, "node1", false)
      .Claim(13, "node2", true)
      .Claim(20, "node1", true)
      .Claim(20.1, "node2", false)
      .End(30);
}

TEST(CheckOneHolderTest, HandoverIsNoDispute) {
  const Verdict verdict = Moved().OneHolder();
  EXPECT_THAT(verdict, Holds());
  EXPECT_THAT(verdict.evidence,
              ElementsAre("in turn node1, node2, node1; two of them for 100 ms "
                          "at the longest"));
}

TEST(CheckOneHolderTest, TwoThatHoldItAreNamedWithTheirTime) {
  EXPECT_THAT(Scene()
                  .Claim(1, "node1", true)
                  .Claim(5, "node2", true)
                  .Claim(8, "node2", false)
                  .OneHolder(),
              IsViolated("node1 and node2 both held 192.0.2.100 from 5.000 s "
                         "to 8.000 s: for 3.000 s, a handover takes 1.000 s"));
}

TEST(CheckOneHolderTest, TwoToTheEndAreFound) {
  EXPECT_THAT(Scene()
                  .Claim(1, "node1", true)
                  .Claim(5, "node2", true)
                  .End(9)
                  .OneHolder(),
              IsViolated("from 5.000 s to 9.000 s"));
}

TEST(CheckOneHolderTest, AMachineWithoutPowerHoldsNothing) {
  Scene run = Scene().Claim(1, "node1", true).Claim(8, "node2", true).End(20);
  EXPECT_FALSE(run.OneHolder().Holds());
  run.Break(Fault("power-cut", "node1", 5, -1));
  EXPECT_THAT(run.OneHolder(), Holds());
}

TEST(CheckOneHolderTest, AKilledDaemonIsNoExcuseForItsNode) {
  EXPECT_THAT(Scene()
                  .Claim(1, "node1", true)
                  .Claim(8, "node2", true)
                  .End(20)
                  .Break(Fault("process-kill", "node1", 5, -1))
                  .OneHolder(),
              IsViolated("node1 and node2 both held"));
}

TEST(CheckOneHolderTest, AFrozenMachineHoldsItAgainWhenItGoesOn) {
  Scene run = Scene()
                  .Claim(1, "node1", true)
                  .Claim(8, "node2", true)
                  .Break(Fault("freeze", "node1", 5, 12));
  EXPECT_THAT(Scene(run).Claim(12.5, "node2", false).OneHolder(), Holds());
  EXPECT_THAT(Scene(run).Claim(15, "node2", false).OneHolder(),
              IsViolated("from 12.000 s to 15.000 s"));
}

TEST(CheckOneHolderTest, OnlyWhatIsJudgedCounts) {
  Scene run = Scene()
                  .Claim(1, "node1", true)
                  .Claim(2, "node2", true)
                  .Claim(6, "node2", false)
                  .End(20);
  EXPECT_FALSE(run.OneHolder().Holds());
  run.promises.from_ns = Ns(6);
  EXPECT_THAT(run.OneHolder(), Holds());
}

TEST(CheckOneHolderTest, WhereNobodySaidAnythingNothingIsKnown) {
  EXPECT_THAT(Scene().End(9).OneHolder(), IsUnknown());
}

TEST(CheckOneAnswersTest, OneAfterTheOtherIsFine) {
  EXPECT_THAT(
      Scene().Replies(1, 5, "node1").Replies(8, 12, "node2").OneAnswers(),
      Holds());
}

TEST(CheckOneAnswersTest, TwoThatAnswerAreFound) {
  EXPECT_THAT(
      Scene().Replies(1, 9, "node1").Replies(5, 12, "node2").OneAnswers(),
      IsViolated("node1 and node2 both answered ARP questions for 192.0.2.100 "
                 "from 5.000 s to 9.000 s"));
}

TEST(CheckOneAnswersTest, AnswersAgainLaterAreAnotherTime) {
  EXPECT_THAT(Scene()
                  .Replies(1, 5, "node1")
                  .Replies(8, 12, "node2")
                  .Replies(12.5, 20, "node1")
                  .OneAnswers(),
              Holds());
}

TEST(CheckOneAnswersTest, WithoutAReplyNothingIsKnown) {
  EXPECT_THAT(
      Scene().Frame(1, AddressFrame::Kind::kAdvert, "node1").OneAnswers(),
      IsUnknown());
}

TEST(CheckAlwaysHeldTest, TakeoverInTime) {
  EXPECT_THAT(Moved().AlwaysHeld(), Holds());
}

TEST(CheckAlwaysHeldTest, LateTakeoverIsFound) {
  EXPECT_THAT(
      Scene()
          .Claim(1, "node1", true)
          .Claim(10, "node1", false)
          .Claim(15, "node2", true)
          .End(20)
          .AlwaysHeld(),
      IsViolated("after node1 nobody held it from 10.000 s to 15.000 s"));
}

TEST(CheckAlwaysHeldTest, AnAddressThatNobodyTakesOverIsFoundOrOpen) {
  Scene run = Scene().Claim(1, "node1", true).Claim(10, "node1", false);
  EXPECT_THAT(Scene(run).End(12).AlwaysHeld(), IsUnknown());
  EXPECT_THAT(Scene(run).End(15).AlwaysHeld(),
              IsViolated("from 10.000 s until the end: for 5.000 s"));
}

TEST(CheckAlwaysHeldTest, APowerCutBeginsTheTakeover) {
  EXPECT_THAT(Scene()
                  .Claim(1, "node1", true)
                  .Claim(15, "node2", true)
                  .End(20)
                  .Break(Fault("power-cut", "node1", 10, 18))
                  .AlwaysHeld(),
              IsViolated("from 10.000 s to 15.000 s"));
}

TEST(CheckMovesTest, ItMovesAsPromised) {
  EXPECT_THAT(Moved().Moves(), Holds());
}

TEST(CheckMovesTest, FlappingIsFound) {
  EXPECT_THAT(Moved()
                  .Claim(31, "node1", false)
                  .Claim(31, "node2", true)
                  .Claim(33, "node2", false)
                  .Claim(33, "node1", true)
                  .Moves(),
              IsViolated("node1 held it from 1.000 s to 10.000 s"));
}

TEST(CheckMovesTest, ANodeThatDoesNotTakeItBackIsFound) {
  EXPECT_FALSE(Scene()
                   .Claim(1, "node1", true)
                   .Claim(10, "node1", false)
                   .Claim(13, "node2", true)
                   .End(30)
                   .Moves()
                   .Holds());
}

TEST(CheckAnnouncedTest, EachTakeoverIsAnnounced) {
  using enum AddressFrame::Kind;
  Scene run = Scene()
                  .Claim(1, "node1", true)
                  .Frame(1.2, kGratuitous, "node1")
                  .Claim(13, "node2", true)
                  .Frame(12.9, kGratuitous, "node2");
  EXPECT_THAT(run.Announced(), Holds());
  run.Claim(20, "node1", true).Frame(20.1, kReply, "node1");
  run.Frame(20.1, kGratuitous, "node2");
  EXPECT_THAT(run.Announced(), IsViolated("node1 got it at 20.000 s, and the "
                                          "switch saw no gratuitous ARP"));
}

TEST(CheckAnnouncedTest, WithoutATakeoverNothingIsKnown) {
  EXPECT_THAT(Scene().Claim(1, "node1", false).Announced(), IsUnknown());
}

Scene Asked() {
  return Moved()
      .Answer(5, 5.1, "node1")
      .Answer(13, 13.2, "node2")
      .Answer(22, 22.1, "node1");
}

TEST(CheckClientsSeeTest, TheHolderAnswers) {
  const Verdict verdict = Asked().ClientsSee();
  EXPECT_THAT(verdict, Holds());
  EXPECT_THAT(verdict.evidence,
              ElementsAre("3 answers, in turn by node1, node2, node1"));
}

TEST(CheckClientsSeeTest, AnAnswerOfANodeThatDoesNotHoldItIsFound) {
  EXPECT_THAT(
      Asked().Answer(26, 26.1, "node2").ClientsSee(),
      IsViolated("node2 answered a client between 26.000 s and 26.100 s"));
  EXPECT_THAT(Asked().Answer(26, 26.1, "stranger").ClientsSee(),
              IsViolated("stranger answered"));
}

TEST(CheckClientsSeeTest, ClientsThatSeeItFlapAreHeard) {
  Scene run = Asked();
  run.promises.handover_limit_ns = Ns(60);
  EXPECT_THAT(run.Answer(26, 26.1, "node2").ClientsSee(),
              IsViolated("clients saw node1, node2, node1, node2 in turn"));
}

TEST(CheckClientsSeeTest, AnAnswerThatAnotherClientsPassedIsNoMove) {
  Scene run = Moved()
                  .Answer(5, 5.1, "node1")
                  .Answer(19.9, 20.05, "node2")
                  .Answer(20, 20.1, "node1")
                  .Answer(19.95, 20.2, "node2")
                  .Answer(22, 22.1, "node1");
  EXPECT_THAT(run.ClientsSee(), Holds());
}

TEST(CheckClientsSeeTest, WithoutAnAnswerNothingIsKnown) {
  EXPECT_THAT(Moved().ClientsSee(), IsUnknown());
}

TEST(JudgeAddressTest, MovesAreJudgedOnlyIfPromised) {
  Scene run = Asked();
  EXPECT_EQ(JudgeAddress(run.trace, run.history, run.promises).size(), 6U);
  run.promises.holders.clear();
  EXPECT_EQ(JudgeAddress(run.trace, run.history, run.promises).size(), 5U);
}

TEST(JudgeAddressTest, AnAddressThatStaysNeedNotBeAnnounced) {
  Scene run = Scene()
                  .Claim(1, "node1", true)
                  .Replies(2, 9, "node1")
                  .Answer(5, 5.1, "node1")
                  .End(9);
  run.promises.holders = {"node1"};
  run.promises.from_ns = Ns(3);
  for (const Verdict& verdict :
       JudgeAddress(run.trace, run.history, run.promises))
    EXPECT_THAT(verdict, Holds()) << verdict.property;
}

}  // namespace
}  // namespace faultline
