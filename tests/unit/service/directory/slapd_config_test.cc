#include "faultline/service/directory/slapd_config.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace faultline::internal {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

SlapdConfig SecondOfThree() {
  return {.id = 2,
          .providers = {{1, "192.0.2.1"}, {2, "192.0.2.2"}, {3, "192.0.2.3"}},
          .manager_secret = "m",
          .replicator_secret = "r"};
}

TEST(SlapdConfig, AProviderFollowsAllOthersAndNotItself) {
  EXPECT_THAT(SlapdConfigText(SecondOfThree()),
              AllOf(HasSubstr("serverID 2\n"),
                    HasSubstr("rid=001 provider=ldaps://192.0.2.1 "),
                    HasSubstr("rid=003 provider=ldaps://192.0.2.3 "),
                    Not(HasSubstr("ldaps://192.0.2.2")),
                    HasSubstr("multiprovider on\n")));
}

TEST(SlapdConfig, AProviderOfItsOwnFollowsNobody) {
  EXPECT_THAT(
      SlapdConfigText({.id = 1, .providers = {{1, "192.0.2.1"}}}),
      AllOf(Not(HasSubstr("multiprovider")), Not(HasSubstr("syncrepl rid"))));
}

TEST(SlapdConfig, ReplicationIsOverTlsAndChecksTheOthersCertificate) {
  EXPECT_THAT(SlapdConfigText(SecondOfThree()),
              AllOf(HasSubstr("tls_reqcert=demand"),
                    Not(HasSubstr("provider=ldap://"))));
}

TEST(SlapdConfig, NobodyIsAnonymousAndADisabledAccountHasNoPassword) {
  const std::string text = SlapdConfigText(SecondOfThree());
  EXPECT_THAT(text, HasSubstr("disallow bind_anon\n"));
  // The first rule that fits is the one that counts.
  EXPECT_LT(text.find("access to filter=(employeeType=disabled)"),
            text.find("access to attrs=userPassword"));
}

TEST(SlapdConfig, ConvergenceFollowsFromWhatIsConfigured) {
  const SlapdTimes times{.keepalive = std::chrono::seconds(7),
                         .probes = 2,
                         .retry = std::chrono::seconds(5),
                         .connect = std::chrono::seconds(3)};
  EXPECT_EQ(times.ReconnectionBound(), std::chrono::seconds(17));
  SlapdConfig config = SecondOfThree();
  config.times = times;
  EXPECT_THAT(SlapdConfigText(config),
              AllOf(HasSubstr("retry=\"5 +\""),
                    HasSubstr("network-timeout=3 keepalive=7:2:1\n")));
}

TEST(SlapdConfig, FilesAreOneTextForTheGuest) {
  EXPECT_EQ(ProviderFileText({{"a", "1\n2\n"}, {"b", "3\n"}}),
            "%file a\n1\n2\n%file b\n3\n");
}

TEST(SlapdConfig, AChangeNamesItsProvider) {
  EXPECT_EQ(ProviderOfCsn("20261128083024.627977Z#000000#00a#000000"), "00a");
  EXPECT_EQ(ProviderOfCsn("nonsense"), "?");
}

}  // namespace
}  // namespace faultline::internal
