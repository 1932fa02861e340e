#pragma once

#include <string>

namespace faultline {

struct RunRecord;

// The run as JUnit XML for CI: what did not hold is a <failure>, what the
// harness could not say an <error>, a gap <skipped message="gap: membership:
// ..."> (a <failure> where gaps are red). Whatever a guest printed, it is
// well-formed.
std::string ToJunit(const RunRecord& record);

}  // namespace faultline
