#include "faultline/testing/listener.h"

#include <gmock/gmock.h>

namespace faultline {
namespace {

testing::TestPartResult Failure(const std::string& message) {
  return {testing::TestPartResult::kNonFatalFailure, "file.cc", 1,
          message.c_str()};
}

TEST(KindOfFailure, TellsTheProductFromTheHarnessFromAnUnprovenRun) {
  EXPECT_EQ(StatusOf({Failure("Expected equality of these values")}), "failed");
  EXPECT_EQ(StatusOf({Failure("VIOLATED no read is stale")}), "failed");
  EXPECT_EQ(StatusOf({Failure("INCONCLUSIVE no read is stale")}),
            "inconclusive");
  EXPECT_EQ(
      StatusOf({Failure("C++ exception with description \"node1: ssh\"")}),
      "broken");
}

TEST(KindOfFailure, AGapThatIsRedByAskingIsStillAGap) {
  EXPECT_EQ(StatusOf({Failure("Failed\ngap: membership: it is needed")}),
            "gap");
  EXPECT_EQ(StatusOf({Failure("Failed\ngap: membership: it is needed"),
                      Failure("VIOLATED no read is stale")}),
            "failed");
}

TEST(KindOfFailure, TheWorstOfSeveralCounts) {
  EXPECT_EQ(StatusOf({Failure("C++ exception with description"),
                      Failure("VIOLATED no read is stale")}),
            "failed");
  EXPECT_EQ(StatusOf({Failure("INCONCLUSIVE x"), Failure("C++ exception")}),
            "broken");
  EXPECT_EQ(StatusOf(std::vector<testing::TestPartResult>{}), "held");
}

}  // namespace
}  // namespace faultline
