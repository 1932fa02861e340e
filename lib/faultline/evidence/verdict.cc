#include "faultline/evidence/verdict.h"

namespace faultline {
namespace {

int Badness(Judgement judgement) {
  switch (judgement) {
    case Judgement::kHolds:
      return 0;
    case Judgement::kUnknown:
      return 1;
    case Judgement::kViolated:
      break;
  }
  return 2;
}

}  // namespace

const char* ToText(Judgement judgement) {
  switch (judgement) {
    case Judgement::kHolds:
      return "holds";
    case Judgement::kViolated:
      return "violated";
    case Judgement::kUnknown:
      break;
  }
  return "unknown";
}

Verdict Combine(const std::vector<Verdict>& verdicts) {
  if (verdicts.empty()) {
    return {Judgement::kUnknown, "nothing", {"nothing was checked"}};
  }
  Verdict worst{Judgement::kHolds, "", {}};
  for (const Verdict& verdict : verdicts) {
    if (Badness(verdict.judgement) > Badness(worst.judgement)) {
      worst.judgement = verdict.judgement;
    }
    worst.property += (worst.property.empty() ? "" : "; ") + verdict.property;
    for (const std::string& line : verdict.evidence) {
      worst.evidence.push_back(verdict.property + ": " + line);
    }
  }
  return worst;
}

}  // namespace faultline
