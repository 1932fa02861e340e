#include "faultline/service/etcd_unit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <utility>

#include "faultline/base/error.h"
#include "support/fake_remote.h"

namespace faultline {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

constexpr char kIsActive[] = "systemctl is-active faultline-etcd.service";
constexpr char kKill[] =
    "systemctl kill -s KILL --kill-who=main faultline-etcd.service";

CommandResult Says(const std::string& text, int exit_code = 0) {
  CommandResult result;
  result.exit_code = exit_code;
  result.standard_output = text;
  return result;
}

class EtcdUnit : public ::testing::Test {
 protected:
  std::unique_ptr<FakeRemote> owned_ = std::make_unique<FakeRemote>();
  FakeRemote* const remote_ = owned_.get();
  Node node_{
      NodeIdentity{.name = "node1", .index = 1, .data_address = "192.0.2.1"},
      nullptr, std::move(owned_)};
};

TEST_F(EtcdUnit, OfAMachineThatIsOffIsAnErrorOfTheNode) {
  Warden warden;
  MachineOptions options;
  options.name = "node1";
  Node off({.name = "node1", .index = 1, .data_address = "192.0.2.1"},
           std::make_unique<Machine>(warden, options),
           std::make_unique<FakeRemote>());
  EXPECT_THROW(ConfigureEtcdUnit(off, "{}", Within(5s)), CommandError);
  EXPECT_THROW(ConfigureEtcdUnitBehindGate(off, "{}", Within(5s)),
               CommandError);
  EXPECT_THROW(OpenGateOfEtcdUnit(off, 5s, Within(5s)), CommandError);
  EXPECT_THROW(StartNewEtcdUnit(off, Within(5s)), CommandError);
}

TEST_F(EtcdUnit, IsGoneWhenKillReturns) {
  remote_->Answer(kKill, {});
  remote_->Answer(kIsActive, Says("active\n"));
  remote_->Answer(kIsActive, Says("failed\n", 3));
  KillEtcdUnit(node_, Within(5s));
  EXPECT_EQ(remote_->commands().size(), 3u);
}

TEST_F(EtcdUnit, ThatDoesNotDieIsATimeoutWithItsState) {
  remote_->Answer(kKill, {});
  remote_->Answer(kIsActive, Says("deactivating\n", 3));
  try {
    KillEtcdUnit(node_, Deadline::After(50ms));
    FAIL() << "the unit counts as gone";
  } catch (const TimeoutError& error) {
    EXPECT_THAT(error.what(), HasSubstr("node1: etcd to be gone"));
    EXPECT_THAT(error.what(), HasSubstr("last seen: deactivating"));
  }
}

TEST_F(EtcdUnit, ThatRefusesToStartIsAnErrorOfTheNode) {
  remote_->Answer(
      "systemctl reset-failed faultline-etcd.service; "
      "systemctl start --no-block faultline-etcd.service",
      Says("", 5));
  EXPECT_THROW(StartEtcdUnit(node_, Within(5s)), CommandError);
}

TEST_F(EtcdUnit, JournalTailIsOneLine) {
  remote_->Answer(
      "journalctl --unit faultline-etcd.service --output cat --no-pager "
      "--lines 3",
      Says("one\ntwo\n"));
  EXPECT_EQ(EtcdUnitJournalTail(node_, Within(5s)), "one two ");
}

}  // namespace
}  // namespace faultline
