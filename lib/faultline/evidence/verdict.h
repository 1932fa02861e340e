#pragma once

#include <string>
#include <vector>

namespace faultline {

enum class Judgement { kHolds, kViolated, kUnknown };

const char* ToText(Judgement judgement);

// The answer of a checker: what was checked, whether it held, and why (design
// decision 8: kUnknown is never green).
struct Verdict {
  Judgement judgement = Judgement::kUnknown;
  std::string property;               // "every acknowledged write is there"
  std::vector<std::string> evidence;  // violations, or why it is unknown; for
                                      // kHolds one line of what was counted
  bool Holds() const { return judgement == Judgement::kHolds; }
};

// The worst of all: violated before unknown before holds; evidence joined, each
// line led by its property.
Verdict Combine(const std::vector<Verdict>& verdicts);

}  // namespace faultline
