#include "faultline/service/ovsdb/ovsdb_unit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <regex>

#include "unit/service/ovsdb/local_ovsdb.h"

namespace faultline {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

TEST(OvsdbUnit, AMemberFileIsWhatAShellReads) {
  const std::string text = OvsdbMemberText(
      "tcp:192.0.2.2:6641", {"tcp:192.0.2.1:6641", "tcp:192.0.2.3:6641"},
      {.election_timer = 1500ms});
  EXPECT_THAT(text, HasSubstr("peer='tcp:192.0.2.2:6641'\n"));
  EXPECT_THAT(text,
              HasSubstr("remotes='tcp:192.0.2.1:6641 tcp:192.0.2.3:6641'\n"));
  EXPECT_THAT(text, HasSubstr("election_timer='1500'\n"));
  EXPECT_EQ(OvsdbSchemaText().find('\''), std::string::npos);
  EXPECT_EQ(OvsdbFirstTransaction().find('\''), std::string::npos);
}

// The guest's own program, with its places moved.
class GuestMember {
 public:
  GuestMember() { warden_.RemoveAtExit(directory_.path()); }

  void Start(const std::string& member_file) {
    std::string script =
        ReadFile(std::string(FAULTLINE_FIXTURES) +
                 "/guest/services/ovsdb/overlay/usr/lib/faultline/"
                 "ovsdb-member");
    const std::string place = directory_.path().string();
    Replace(script, "/var/lib/state/ovsdb", place);
    Replace(script, "/run/faultline-ovsdb", place);
    Replace(script, "0.0.0.0", "127.0.0.1");
    WriteFileAtomically(directory_.path() / "script", script);
    WriteFileAtomically(directory_.path() / "member", member_file);
    ProcessOptions process;
    process.name = "node1";
    process.argv = {"sh", (directory_.path() / "script").string()};
    process.output = directory_.path() / "log";
    child_ = warden_.Spawn(process);
  }
  void Kill() { child_->Kill(); }

  OvsdbClusterStatus WaitUntilMember() {
    const OvsdbControl control(
        "node1", "unix:" + (directory_.path() / "control").string(),
        kOvsdbDatabase);
    return Eventually(Within(20s), "a member", [&](LastSeen& seen) {
      const auto status = control.Status(Within(2s));
      seen.Set(status.status);
      return status.FindLeader() == nullptr ? std::nullopt
                                            : std::optional(status);
    });
  }

 private:
  static void Replace(std::string& text, const std::string& from,
                      const std::string& by) {
    text = std::regex_replace(text, std::regex(from), by);
  }

  const TemporaryDirectory directory_{"faultline-member"};
  Warden warden_;
  std::unique_ptr<ChildProcess> child_;
};

TEST(OvsdbUnit, MakesItsDatabaseOnceAndKeepsItWhenItStartsAgain) {
  const std::vector<int> ports = FreePorts(2);
  std::string member = OvsdbMemberText(
      fmt::format("tcp:127.0.0.1:{}", ports[0]), {}, {.election_timer = 700ms});
  member += fmt::format("client_port='{}'\n", ports[1]);
  GuestMember guest;
  guest.Start(member);
  const OvsdbClusterStatus first = guest.WaitUntilMember();
  EXPECT_EQ(first.election_timer_ms, 700);
  OvsdbClient client("node1",
                     [&] { return fmt::format("127.0.0.1:{}", ports[1]); });
  const StoreReply put = client.Put("x", "1", Within(5s));
  EXPECT_EQ(put.outcome, Outcome::kOk) << put.error;
  guest.Kill();
  guest.Start(member);
  EXPECT_EQ(guest.WaitUntilMember().server_id, first.server_id);
  EXPECT_EQ(client.Get("x", ReadMode::kLocal, Within(5s)).value, "1");
}

}  // namespace
}  // namespace faultline
