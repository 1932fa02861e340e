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
  account.Did(kAuthenticate, "p0", kAnswerGranted)
      .Did(kChangePassword, PasswordsOfChange("p0", "p1"), kAnswerGranted)
      .Did(kAuthenticate, "p0", kAnswerRefused)
      .Did(kAuthenticate, "p1", kAnswerGranted)
      .Did(kChangePassword, PasswordsOfChange("p0", "p2"), kAnswerRefused)
      .Did(kResetPassword, "p3", kAnswerGranted)
      .Did(kAuthenticate, "p3", kAnswerGranted);
  EXPECT_EQ(account.Judge(), Judgement::kHolds);
  account.Did(kAuthenticate, "p1", kAnswerGranted);
  EXPECT_EQ(account.Judge(), Judgement::kViolated);
}

TEST(DirectoryModel, ADisabledAccountIsRefusedWhateverItsPasswordIs) {
  Account account;
  account.Did(kDisable, "", kAnswerGranted)
      .Did(kAuthenticate, "p0", kAnswerRefused)
      .Did(kChangePassword, PasswordsOfChange("p0", "p1"), kAnswerRefused)
      .Did(kEnable, "", kAnswerGranted)
      .Did(kAuthenticate, "p0", kAnswerGranted)
      .Did(kDisable, "", kAnswerGranted);
  EXPECT_EQ(account.Judge(), Judgement::kHolds);
  EXPECT_EQ(account.Did(kAuthenticate, "p0", kAnswerGranted).Judge(),
            Judgement::kViolated);
}

TEST(DirectoryModel, RightCredentialsAreNotRefused) {
  EXPECT_EQ(Account().Did(kAuthenticate, "p0", kAnswerRefused).Judge(),
            Judgement::kViolated);
}

TEST(DirectoryModel, AChangeWithoutAnAnswerMayHaveBeenMade) {
  for (const char* seen : {"p0", "p1"}) {
    Account account;
    account.NobodyKnows(kChangePassword, PasswordsOfChange("p0", "p1"))
        .Did(kAuthenticate, seen, kAnswerGranted);
    EXPECT_EQ(account.Judge(), Judgement::kHolds) << seen;
  }
  Account account;
  account.NobodyKnows(kResetPassword, "p1")
      .Did(kAuthenticate, "p1", kAnswerGranted)
      .Did(kAuthenticate, "p0", kAnswerGranted);
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
