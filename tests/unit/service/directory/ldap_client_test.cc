// The client against servers that fail it: none of them is a directory.
#include "faultline/service/directory/ldap_client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "faultline/base/temporary_directory.h"
#include "faultline/service/directory/certificates.h"
#include "unit/service/directory/tls_peer.h"

namespace faultline::internal {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr char kKey[] = "5ecre7";

class LdapClientTest : public testing::Test {
 protected:
  LdapClientTest()
      : authority_(warden_, scratch_.path() / "own", Within(20s)),
        foreign_(warden_, scratch_.path() / "foreign", Within(20s)) {}

  LdapClient ClientOf(std::vector<LdapServer> servers) {
    return {std::move(servers),
            {.authority = authority_.file(),
             .manager_secret = "5ecre7-manager",
             .password_key = kKey,
             .attempt = 700ms}};
  }
  TlsPeer Peer(const std::string& name, const Certificate& certificate,
               const std::string& answers) {
    return {warden_, scratch_.path() / name, certificate, answers};
  }
  static LdapServer At(const std::string& name, const std::string& address) {
    return {name, [address] { return address; }};
  }

  const TemporaryDirectory scratch_{"faultline-ldap"};
  Warden warden_;
  CertificateAuthority authority_;
  CertificateAuthority foreign_;
};

// That client's one answer about "ada", and how long it took.
struct Asked {
  explicit Asked(LdapClient client) {
    const TimePoint began = std::chrono::steady_clock::now();
    reply = client.Authenticate("ada", {"p1"}, Within(5s));
    took = std::chrono::steady_clock::now() - began;
  }
  DirectoryReply reply;
  Duration took{};
};

TEST_F(LdapClientTest, AnAnswerIsTheServersAndGrants) {
  const TlsPeer peer =
      Peer("good", authority_.Issue("node1", "127.0.0.1", Within(20s)),
           kBindGranted);
  const Asked asked(ClientOf({At("node1", peer.address())}));
  EXPECT_EQ(asked.reply.outcome, Outcome::kOk) << asked.reply.error;
  EXPECT_TRUE(asked.reply.granted);
  EXPECT_EQ(asked.reply.server, "node1");
}

TEST_F(LdapClientTest, WrongCredentialsAreAnAnswerAndRefused) {
  const TlsPeer peer =
      Peer("good", authority_.Issue("node1", "127.0.0.1", Within(20s)),
           kBindRefused);
  const Asked asked(ClientOf({At("node1", peer.address())}));
  EXPECT_EQ(asked.reply.outcome, Outcome::kOk);
  EXPECT_FALSE(asked.reply.granted);
  EXPECT_THAT(asked.reply.error, AllOf(HasSubstr("authenticate ada: node1: "),
                                       HasSubstr("Invalid credentials (49)"),
                                       Not(HasSubstr(kKey))));
}

TEST_F(LdapClientTest, AnExpiredPasswordIsRefusedAndCalledSo) {
  const TlsPeer peer =
      Peer("good", authority_.Issue("node1", "127.0.0.1", Within(20s)),
           kBindExpired);
  const Asked asked(ClientOf({At("node1", peer.address())}));
  EXPECT_EQ(asked.reply.outcome, Outcome::kOk);
  EXPECT_FALSE(asked.reply.granted);
  EXPECT_THAT(asked.reply.error, AllOf(HasSubstr("authenticate ada: node1: "),
                                       HasSubstr("Password expired")));
}

TEST_F(LdapClientTest, AForeignCertificateIsNotBelieved) {
  const TlsPeer peer =
      Peer("foreign-peer", foreign_.Issue("node1", "127.0.0.1", Within(20s)),
           kBindGranted);
  const Asked asked(ClientOf({At("node1", peer.address())}));
  EXPECT_EQ(asked.reply.outcome, Outcome::kFail);
  EXPECT_FALSE(asked.reply.granted);
  EXPECT_THAT(asked.reply.error, HasSubstr("node1: TLS: "));
}

TEST_F(LdapClientTest, AnExpiredCertificateIsNotBelieved) {
  const TlsPeer peer =
      Peer("expired", authority_.Issue("node1", "127.0.0.1", Within(20s), -1),
           kBindGranted);
  const Asked asked(ClientOf({At("node1", peer.address())}));
  EXPECT_EQ(asked.reply.outcome, Outcome::kFail);
  EXPECT_THAT(asked.reply.error, HasSubstr("node1: TLS: "));
}

TEST_F(LdapClientTest, AnotherServersCertificateIsNotBelieved) {
  const TlsPeer peer =
      Peer("other", authority_.Issue("node2", "127.0.0.1", Within(20s)),
           kBindGranted);
  const Asked asked(ClientOf({At("node1", peer.address())}));
  EXPECT_EQ(asked.reply.outcome, Outcome::kFail);
  EXPECT_THAT(asked.reply.error, HasSubstr("node1: TLS: "));
}

TEST_F(LdapClientTest, ASilentServerCostsOneAttemptAndTheNextOneIsAsked) {
  const SilentPeer silent;
  const TlsPeer peer =
      Peer("good", authority_.Issue("node2", "127.0.0.1", Within(20s)),
           kBindGranted);
  const Asked asked(
      ClientOf({At("node1", silent.address()), At("node2", peer.address())}));
  EXPECT_TRUE(asked.reply.granted) << asked.reply.error;
  EXPECT_EQ(asked.reply.server, "node2");
  EXPECT_GE(asked.took, 600ms);
  EXPECT_LT(asked.took, Scaled(4s));
}

TEST_F(LdapClientTest, AListWithoutALivingServerFailsNamingEach) {
  const SilentPeer silent;
  const Asked asked(ClientOf(
      {At("node1", silent.address()),
       At("node2", "127.0.0.1:1"),
       At("node3", "no address"),
       {"node4", []() -> std::string { throw MachineError("it is off"); }}}));
  EXPECT_EQ(asked.reply.outcome, Outcome::kFail);
  EXPECT_THAT(asked.reply.error,
              AllOf(HasSubstr("authenticate ada: node1: TLS: "),
                    HasSubstr("; then node2: connect: "),
                    HasSubstr("; then node3: connect: "),
                    HasSubstr("; then node4: connect: it is off"),
                    Not(HasSubstr(kKey))));
  EXPECT_LT(asked.took, Scaled(5s));
}

TEST_F(LdapClientTest, AServerThatIsSilentAfterTheHandshakeIsNotWaitedFor) {
  const TlsPeer peer =
      Peer("mute", authority_.Issue("node1", "127.0.0.1", Within(20s)), "");
  const Asked asked(ClientOf({At("node1", peer.address())}));
  EXPECT_EQ(asked.reply.outcome, Outcome::kFail);
  EXPECT_THAT(asked.reply.error, HasSubstr("node1: bind: no answer within "));
  EXPECT_LT(asked.took, Scaled(4s));
}

// A bind alone was answered: nobody knows of the change.
TEST_F(LdapClientTest, AChangeWithoutAnAnswerIsUnknownAndNotRepeated) {
  const TlsPeer first =
      Peer("first", authority_.Issue("node1", "127.0.0.1", Within(20s)),
           kBindGranted);
  const TlsPeer second =
      Peer("second", authority_.Issue("node2", "127.0.0.1", Within(20s)),
           kBindGranted);
  LdapClient client =
      ClientOf({At("node1", first.address()), At("node2", second.address())});
  const DirectoryReply reply = client.ResetPassword("ada", {"p1"}, Within(5s));
  EXPECT_EQ(reply.outcome, Outcome::kUnknown);
  EXPECT_THAT(reply.error,
              AllOf(HasSubstr("reset the password of ada: node1: "),
                    HasSubstr("no answer within"), Not(HasSubstr(kKey))));
  EXPECT_EQ(client.server(), "node2");
}

TEST_F(LdapClientTest, ItNeedsAServer) {
  EXPECT_THROW(ClientOf({}), UsageError);
}

TEST(LdapNames, HoldAnyBytes) {
  using std::string_literals::operator""s;
  EXPECT_EQ(DnOf("ada"), "uid=ada,ou=people,dc=faultline");
  EXPECT_EQ(DnOf(""), "");
  EXPECT_EQ(DnOf("a,b=c\0*"s),
            "uid=a\\2cb\\3dc\\00\\2a,ou=people,dc=faultline");
  EXPECT_EQ(EscapedForFilter("(*)\\\xc3\xa9"), "\\28\\2a\\29\\5c\\c3\\a9");
}

TEST(PasswordNames, AreNotTheSecretsAndTheEmptyOneIsEmpty) {
  EXPECT_EQ(SecretOf({""}, kKey), "");
  EXPECT_THAT(SecretOf({"p1"}, kKey), AllOf(HasSubstr("p1"), HasSubstr(kKey)));
}

}  // namespace
}  // namespace faultline::internal
