#include "faultline/service/etcd_errors.h"

#include <gtest/gtest.h>

namespace faultline {
namespace {

Outcome OutcomeOf(int code, const std::string& message = "etcdserver: text") {
  return WriteOutcome({.code = code, .message = message});
}

TEST(EtcdErrors, AWriteThatWasNotSentFailed) {
  EXPECT_EQ(WriteOutcome({.sent = false, .code = 14, .message = "refused"}),
            Outcome::kFail);
}

TEST(EtcdErrors, RefusalsBeforeTheProposalFailed) {
  for (const int code : {3, 7, 9, 12, 16}) {
    EXPECT_EQ(OutcomeOf(code), Outcome::kFail) << "code " << code;
  }
}

TEST(EtcdErrors, EveryOtherCodeIsUnknown) {
  for (const int code : {1, 2, 4, 5, 6, 8, 10, 11, 13, 14, 15, 99}) {
    EXPECT_EQ(OutcomeOf(code), Outcome::kUnknown) << "code " << code;
  }
}

TEST(EtcdErrors, TooManyRequestsFailedThoughItHasNoCode) {
  EXPECT_EQ(OutcomeOf(2, "etcdserver: too many requests"), Outcome::kFail);
}

TEST(EtcdErrors, LookAlikesOfRefusalsAreUnknown) {
  EXPECT_EQ(OutcomeOf(14, "etcdserver: no leader"), Outcome::kUnknown);
  EXPECT_EQ(OutcomeOf(14, "etcdserver: leader changed"), Outcome::kUnknown);
  EXPECT_EQ(OutcomeOf(14, "etcdserver: request timed out"), Outcome::kUnknown);
  EXPECT_EQ(OutcomeOf(8, "etcdserver: mvcc: database space exceeded"),
            Outcome::kUnknown);
}

}  // namespace
}  // namespace faultline
