// A program of another project: it judges a trace with the installed library.
#include <faultline/check/raft_invariants.h>

#include <iostream>

int main() {
  const faultline::RaftTrace trace = {
      {.node = "a", .leader = "a", .term = 1},
      {.node = "b", .leader = "b", .term = 1},
  };
  const faultline::Verdict verdict = faultline::CheckRaftInvariants(trace);
  std::cout << faultline::ToText(verdict.judgement) << "\n";
  return verdict.judgement == faultline::Judgement::kViolated ? 0 : 1;
}
