#include <gmock/gmock.h>

#include <cstdlib>

#include "faultline/base/files.h"
#include "faultline/testing/service_test.h"
#include "support/scratch_directory.h"

namespace faultline {
namespace {

// A scenario that needs what its service lacks: gtest calls it skipped, the
// report a gap.
class Gap : public ServiceTest {
 protected:
  void SetUp() override {
    ::setenv("FAULTLINE_RUNS", runs_.path().c_str(), 1);
    ServiceTest::SetUp();
  }

  void TearDown() override {
    ServiceTest::TearDown();
    const RunReport report =
        ParseRunReport(ReadFile(run_directory().path() / "result.json"));
    EXPECT_EQ(report.status, "gap");
    EXPECT_EQ(report.gap, "membership");
    EXPECT_EQ(report.facts.at("gap"),
              "gap: membership: Replace needs it, nginx 1.22 does not have it");
    ::unsetenv("FAULTLINE_RUNS");
  }

 private:
  const ScratchDirectory runs_;
};

TEST_F(Gap, IsRecorded) {
  RunScenario([] {
    throw GapError({.capability = capability::kMembership,
                    .needed_by = "Replace",
                    .service = "nginx 1.22"});
  });
}

}  // namespace
}  // namespace faultline
