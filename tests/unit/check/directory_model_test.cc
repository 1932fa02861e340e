#include "faultline/check/directory_model.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "faultline/check/judge_run.h"

namespace faultline {
namespace {

// Operations of one account, one after the other.
class Account {
 public:
  Account& Did(const std::string& function, const std::string& input,
               const std::string& output) {
    Operation call = MakeCall(function, "ada", input);
    call.invoked_ns = ++now_;
    call.completed_ns = ++now_;
    AnswerCall(call, output);
    history_.operations.push_back(call);
    return *this;
  }
  Account& NobodyKnows(const std::string& function, const std::string& input) {
    Operation call = MakeCall(function, "ada", input);
    call.process = static_cast<int>(history_.operations.size()) + 1;
    call.invoked_ns = ++now_;
    call.completed_ns = std::numeric_limits<std::int64_t>::max();
    history_.operations.push_back(call);
    return *this;
  }
  Judgement Judge() const {
    return JudgeLinearizability(history_, FindModel("directory")).judgement;
  }

 private:
  History history_;
  std::int64_t now_ = 0;
};

TEST(DirectoryModel, GrantsThePasswordThatWasSetLast) {
  Account account;
  account.Did(kAuthenticate, "p0", kGranted)
      .Did(kChangePassword, PasswordsOfChange("p0", "p1"), kGranted)
      .Did(kAuthenticate, "p0", kRefused)
      .Did(kAuthenticate, "p1", kGranted)
      .Did(kChangePassword, PasswordsOfChange("p0", "p2"), kRefused)
      .Did(kResetPassword, "p3", kGranted)
      .Did(kAuthenticate, "p3", kGranted);
  EXPECT_EQ(account.Judge(), Judgement::kHolds);
  account.Did(kAuthenticate, "p1", kGranted);
  EXPECT_EQ(account.Judge(), Judgement::kViolated);
}

TEST(DirectoryModel, ADisabledAccountIsRefusedWhateverItsPasswordIs) {
  Account account;
  account.Did(kDisable, "", kGranted)
      .Did(kAuthenticate, "p0", kRefused)
      .Did(kChangePassword, PasswordsOfChange("p0", "p1"), kRefused)
      .Did(kEnable, "", kGranted)
      .Did(kAuthenticate, "p0", kGranted)
      .Did(kDisable, "", kGranted);
  EXPECT_EQ(account.Judge(), Judgement::kHolds);
  EXPECT_EQ(account.Did(kAuthenticate, "p0", kGranted).Judge(),
            Judgement::kViolated);
}

TEST(DirectoryModel, RightCredentialsAreNotRefused) {
  EXPECT_EQ(Account().Did(kAuthenticate, "p0", kRefused).Judge(),
            Judgement::kViolated);
}

TEST(DirectoryModel, AChangeWithoutAnAnswerMayHaveBeenMade) {
  for (const char* seen : {"p0", "p1"}) {
    Account account;
    account.NobodyKnows(kChangePassword, PasswordsOfChange("p0", "p1"))
        .Did(kAuthenticate, seen, kGranted);
    EXPECT_EQ(account.Judge(), Judgement::kHolds) << seen;
  }
  Account account;
  account.NobodyKnows(kResetPassword, "p1")
      .Did(kAuthenticate, "p1", kGranted)
      .Did(kAuthenticate, "p0", kGranted);
  EXPECT_EQ(account.Judge(), Judgement::kViolated);
}

TEST(DirectoryModel, RefusesWhatIsNoOperationOfADirectory) {
  Operation call = MakeCall("fly", "ada");
  EXPECT_STREQ(DirectoryModel::Misfit(call),
               "a call that is none of a directory");
  call = MakeCall(kAuthenticate, "ada", "p0");
  EXPECT_EQ(DirectoryModel::Misfit(call), nullptr);
  AnswerCall(call, "perhaps");
  EXPECT_STREQ(DirectoryModel::Misfit(call),
               "an answer that is neither \"granted\" nor \"refused\"");
}

}  // namespace
}  // namespace faultline
