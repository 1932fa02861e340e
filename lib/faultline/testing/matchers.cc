#include "faultline/testing/matchers.h"

#include "faultline/check/durability.h"
#include "faultline/check/judge_run.h"
#include "faultline/check/raft_invariants.h"
#include "faultline/check/watch.h"

namespace faultline {
namespace {

const char* Label(Judgement judgement) {
  switch (judgement) {
    case Judgement::kHolds:
      return "HELD";
    case Judgement::kViolated:
      return "VIOLATED";
    case Judgement::kUnknown:
      break;
  }
  return "INCONCLUSIVE";
}

bool Report(const Verdict& verdict, testing::MatchResultListener& listener) {
  listener << "\n" << Explain(verdict);
  return verdict.Holds();
}

MATCHER(HoldsMatcher, "holds") { return Report(arg, *result_listener); }

MATCHER_P(RecoversMatcher, limit, "recovers within " + ToText(limit)) {
  return Report(CheckRecovery(arg, limit.count()), *result_listener);
}

MATCHER_P2(LinearizableMatcher, model, options,
           "is linearizable as a " + model) {
  return Report(JudgeLinearizability(arg, model, options), *result_listener);
}

MATCHER(RaftInvariantsMatcher, "holds the Raft invariants") {
  return Report(CheckRaftInvariants(arg), *result_listener);
}

MATCHER(WatchMatcher, "delivers every event") {
  return Report(CheckWatch(arg), *result_listener);
}

MATCHER_P(DurableMatcher, logs, "loses no acknowledged write") {
  return Report(CheckDurability(arg, logs), *result_listener);
}

}  // namespace

Verdict JudgeLinearizability(const History& history, const std::string& model,
                             const CheckOptions& options) {
  return JudgeLinearizability(history, FindModel(model), options);
}

void PrintTo(const Verdict& verdict, std::ostream* out) {
  *out << Label(verdict.judgement) << " " << verdict.property;
}

testing::Matcher<const Verdict&> Holds() { return HoldsMatcher(); }

testing::Matcher<const std::vector<Probe>&> RecoversWithin(Duration limit) {
  return RecoversMatcher(limit);
}

testing::Matcher<const History&> IsLinearizable(const std::string& model,
                                                const CheckOptions& options) {
  return LinearizableMatcher(model, options);
}

testing::Matcher<const RaftTrace&> HoldsRaftInvariants() {
  return RaftInvariantsMatcher();
}

testing::Matcher<const WatchedRun&> DeliversEveryEvent() {
  return WatchMatcher();
}

testing::Matcher<const History&> LosesNoAcknowledgedWrite(
    const std::vector<CommitLog>& logs) {
  return DurableMatcher(logs);
}

std::string Explain(const Verdict& verdict) {
  std::string text =
      std::string(Label(verdict.judgement)) + " " + verdict.property;
  for (const std::string& line : verdict.evidence) text += "\n  " + line;
  return text;
}

}  // namespace faultline
