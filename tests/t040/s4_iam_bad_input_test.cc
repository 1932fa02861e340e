// Names and passwords that mean something to a protocol, a password that has
// expired, and lists of servers that are dead or somebody else's.
#include "faultline/base/eventually.h"
#include "iam.h"

namespace faultline {
namespace {

using std::chrono_literals::operator""s;
using std::string_literals::operator""s;
using testing::AllOf;
using testing::HasSubstr;

SERVICE_TEST_F(IAM, OddNamesAndExpiredPasswordsAreToldApart) {
  // Given one provider, and accounts with special characters and NUL,
  Form(1, {});
  const std::vector<DirectoryAccount> odd{
      {.name = "a,b=c+d\\e", .password = {"*)(uid=*"}},
      {.name = "x\0y"s, .password = {"p\0q"s}},
      {.name = "\xc3\xa9ve \"#;<>", .password = {" lead and trail "}}};
  directory().AddAccounts(provider(1), odd, Within(30s));
  const auto client = directory().Connect({&provider(1)});
  const auto granted = [&](const std::string& account,
                           const std::string& password) {
    const DirectoryReply reply =
        client->Authenticate(account, {password}, Within(5s));
    EXPECT_EQ(reply.outcome, Outcome::kOk) << reply.error;
    return reply.granted;
  };
  // then each is what it is, and nothing shorter or wider.
  for (const DirectoryAccount& account : odd) {
    EXPECT_TRUE(granted(account.name, account.password.name)) << account.name;
    EXPECT_FALSE(granted(account.name, "*")) << account.name;
  }
  EXPECT_FALSE(granted("x\0y"s, "p"));
  EXPECT_FALSE(granted("x", "p\0q"s));
  EXPECT_FALSE(granted("*", "p0"));
  // And when a password expires, then it is refused, with the reason.
  directory().AddAccounts(provider(1), {{.name = "eve", .password_seconds = 2}},
                          Within(30s));
  Eventually(Within(30s), "the password of eve to be refused",
             [&] { return !granted("eve", "p0"); });
  EXPECT_THAT(
      client->Authenticate("eve", {"p0"}, Within(5s)).error,
      AllOf(HasSubstr("authenticate eve: node1: "), HasSubstr("expired")));
  EXPECT_TRUE(granted("r1", "p0"));
}

SERVICE_TEST_F(IAM, RightsAreTheSameOnAllProviders) {
  // Given accounts with a note each, one of them an auditor's,
  Form(2, {});
  directory().AddAccounts(
      provider(1),
      {{.name = "ada", .note = "hers"}, {.name = "bob", .auditor = true}},
      Within(30s));
  directory().WaitForConvergence(Within(30s));
  for (Node* node : directory().nodes()) {
    const auto client = directory().Connect({node});
    const auto read = [&](const std::string& as, const std::string& password,
                          const std::string& of) {
      const DirectoryReply reply =
          client->ReadNote(as, {password}, of, Within(5s));
      EXPECT_EQ(reply.outcome, Outcome::kOk) << reply.error;
      return reply.granted ? reply.value : "refused";
    };
    // then each reads its own, the auditor all, and nobody without a password.
    EXPECT_EQ(read("ada", "p0", "ada"), "hers") << node->name();
    EXPECT_EQ(read("bob", "p0", "ada"), "hers") << node->name();
    EXPECT_EQ(read("ada", "p0", "bob"), "refused") << node->name();
    EXPECT_EQ(read("ada", "wrong", "ada"), "refused") << node->name();
    EXPECT_EQ(read("ada", "", "ada"), "refused") << node->name();
    EXPECT_EQ(read("", "", "ada"), "refused") << node->name();
  }
}

}  // namespace
}  // namespace faultline
