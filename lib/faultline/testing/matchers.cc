#include "faultline/testing/matchers.h"

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

MATCHER(HoldsMatcher, "holds") {
  *result_listener << "\n" << Explain(arg);
  return arg.Holds();
}

MATCHER_P(RecoversMatcher, limit, "recovers within " + ToText(limit)) {
  const Verdict verdict = CheckRecovery(arg, limit.count());
  *result_listener << "\n" << Explain(verdict);
  return verdict.Holds();
}

}  // namespace

void PrintTo(const Verdict& verdict, std::ostream* out) {
  *out << Label(verdict.judgement) << " " << verdict.property;
}

testing::Matcher<const Verdict&> Holds() { return HoldsMatcher(); }

testing::Matcher<const std::vector<Probe>&> RecoversWithin(Duration limit) {
  return RecoversMatcher(limit);
}

std::string Explain(const Verdict& verdict) {
  std::string text =
      std::string(Label(verdict.judgement)) + " " + verdict.property;
  for (const std::string& line : verdict.evidence) text += "\n  " + line;
  return text;
}

}  // namespace faultline
