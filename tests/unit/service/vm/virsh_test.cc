#include "faultline/service/vm/virsh.h"

#include <gmock/gmock.h>

#include "faultline/base/error.h"

namespace faultline::internal {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::Pair;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

TEST(DomainState, IsReadWithItsReason) {
  EXPECT_EQ(ParseDomainState("running (booted)\n\n"),
            (VmStatus{VmState::kRunning, "booted"}));
  EXPECT_EQ(ParseDomainState("paused (user)\n"),
            (VmStatus{VmState::kPaused, "user"}));
  EXPECT_EQ(ParseDomainState("shut off (destroyed)\n"),
            (VmStatus{VmState::kOff, "destroyed"}));
  EXPECT_EQ(ParseDomainState("shut off (crashed)\n"),
            (VmStatus{VmState::kCrashed, "crashed"}));
  EXPECT_EQ(ParseDomainState("shut off (failed)\n"),
            (VmStatus{VmState::kOff, "failed"}));
  EXPECT_EQ(ParseDomainState("shut off"), (VmStatus{VmState::kOff, ""}));
  EXPECT_THROW(ParseDomainState("dreaming (deeply)"), CommandError);
}

TEST(DomainList, IsReadByName) {
  EXPECT_THAT(ParseDomainList(" 1     ticker   running\n"
                              " -     other    shut off\n\n"),
              ElementsAre(Pair("other", VmStatus{VmState::kOff, ""}),
                          Pair("ticker", VmStatus{VmState::kRunning, ""})));
  EXPECT_THAT(ParseDomainList("\n"), IsEmpty());
}

TEST(DomainEvents, AreThoseOfTheLifecycle) {
  EXPECT_THAT(ParseDomainEvents(
                  "event 'lifecycle' for domain 'ticker': Started Booted\n"
                  "event 'reboot' for domain 'ticker'\n"
                  "events received: 1\n"
                  "event 'lifecycle' for domain 'ticker': Stopped "
                  "Failed\n"),
              ElementsAre(VmEvent{"ticker", "Started Booted"},
                          VmEvent{"ticker", "Stopped Failed"}));
}

TEST(JobInfo, TellsTimes) {
  MigrationResult result;
  ReadJobInfo(
      "Job type:         Completed   \n"
      "Operation:        Outgoing migration\n"
      "Time elapsed:     6400         ms\n"
      "Total downtime:   83           ms\n",
      result);
  EXPECT_EQ(result.total_ms, 6400);
  EXPECT_EQ(result.downtime_ms, 83);
}

TEST(VirshCommand, EndsByItself) {
  EXPECT_EQ(VirshCommand("list", 2500ms),
            "timeout -s KILL 2 virsh -q -c qemu:///system list");
  EXPECT_EQ(VirshCommand("list", 0s),
            "timeout -s KILL 1 virsh -q -c qemu:///system list");
}

TEST(DomainXml, HasOneIdForAMachineOnAllHosts) {
  const std::string ticker = DomainXml({});
  EXPECT_EQ(ticker, DomainXml({}));
  EXPECT_THAT(ticker, HasSubstr("<source dev='/dev/disk/by-id/virtio-lun'/>"));
  const auto id = ticker.substr(ticker.find("<uuid>"), 49);
  EXPECT_THAT(id, HasSubstr("</uuid>"));
  EXPECT_THAT(DomainXml({.name = "other"}), Not(HasSubstr(id)));
}

}  // namespace
}  // namespace faultline::internal
