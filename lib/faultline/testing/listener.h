#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

namespace faultline {

// After a failed test prints where its evidence lies and the one line that
// reruns it. Also labels what failed: BROKEN (the harness threw), INCONCLUSIVE
// (nothing was proven) or FAILED (the promise was not kept).
class RerunListener : public testing::EmptyTestEventListener {
 public:
  void OnTestEnd(const testing::TestInfo& info) override;
};

// What of the result so far is a failure.
std::vector<testing::TestPartResult> FailuresOf(
    const testing::TestResult& result);

// "failed", "broken" or "inconclusive" from what gtest has recorded so far;
// "gap" if it was skipped, or failed for nothing but a gap (FAULTLINE_STRICT);
// "held" otherwise.
std::string StatusOf(const testing::TestResult& result);
// The same for failures alone: "held" if there are none.
std::string StatusOf(const std::vector<testing::TestPartResult>& failures);

// Told by the fixture, for the listener's message.
void SetEvidencePath(const std::filesystem::path& path);

}  // namespace faultline
