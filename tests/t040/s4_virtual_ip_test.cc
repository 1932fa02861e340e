// T040 step 4: an address moves with its host, and comes back without flapping.
#include <algorithm>

#include "faultline/testing/virtual_ip_contract.h"
#include "prismnet.h"

namespace faultline {
namespace {

using std::chrono_literals::operator""ms;

constexpr int kAnswers = 20;
// Of two clients that wait a tenth of a second each: longer than an address
// that should stay would take to move again.
constexpr int kAnswersThatItStays = 120;

}  // namespace

KeepalivedOptions PrismNet::ForThisMachine(KeepalivedOptions options) {
  const Duration scaled = Scaled(options.advert_interval / 2);
  options.advert_interval =
      std::max(options.advert_interval, scaled - scaled % 10ms);
  return options;
}

ActiveFault PrismNet::BreakTheHolder(
    const std::string& kind,
    const std::map<std::string, std::string>& parameters) {
  EXPECT_EQ(&vip().WaitForHolder(Within(10s)), &first());
  ActiveFault fault = Inject(kind, {&first()}, parameters);
  WaitForAnswersOf(second(), kAnswers, Within(30s));
  return fault;
}

void PrismNet::HealAndTakeBack(ActiveFault& fault) {
  fault.Heal(Within(kHealLimit));
  fault.WaitForRecovery(Within(kHealLimit));
  WaitForAnswersOf(first(), kAnswers, Within(60s));
}

void PrismNet::JudgeThereAndBack(Duration more) {
  AddressPromises promises = PromisesFor({&first(), &second(), &first()});
  promises.takeover_limit_ns += more.count();
  EXPECT_THAT(JudgeVirtualIp(promises), Holds());
  EXPECT_THAT(JudgeOutages(OutageLimit() + more), Holds());
}

void PrismNet::MovesAndComesBack(
    const std::string& kind,
    const std::map<std::string, std::string>& parameters, Duration more) {
  FormKeepalived();
  ActiveFault fault = BreakTheHolder(kind, parameters);
  HealAndTakeBack(fault);
  JudgeThereAndBack(more);
}

SERVICE_TEST_F(PrismNet, BindingKeepsItsContract) {
  FormKeepalived();
  ExpectVirtualIpContract(vip(), Scaled(3s));
}

SERVICE_TEST_F(PrismNet, VirtualIpMovesAfterPowerCut) {
  MovesAndComesBack("power-cut");
}

// The daemon's child hears of its parent's end, and gives the address up.
SERVICE_TEST_F(PrismNet, VirtualIpMovesAfterProcessKill) {
  MovesAndComesBack("process-kill", {{"unit", kKeepalivedUnit}});
}

SERVICE_TEST_F(PrismNet, VirtualIpMovesAfterFreeze) {
  MovesAndComesBack("freeze");
}

SERVICE_TEST_F(PrismNet, VirtualIpMovesAfterLinkDown) {
  MovesAndComesBack("link-down");
}

// The node is well, but what clients want of it is not: clients see an outage
// before the node notices.
SERVICE_TEST_F(PrismNet, VirtualIpMovesAfterFailedTrackScript) {
  FormKeepalived();
  ActiveFault killed =
      BreakTheHolder("process-kill", {{"unit", kResponderUnit}});
  EXPECT_EQ(vip().StateOf(first(), Within(10s)), "FAULT");
  HealAndTakeBack(killed);
  JudgeThereAndBack(vip().TrackingLimit());
}

// One fault after the other: never two holders, and never nobody for long.
SERVICE_TEST_F(PrismNet, VirtualIpHasOneHolder) {
  FormKeepalived();
  std::vector<const Node*> holders = {&first()};
  for (const char* kind : {"process-kill", "link-down", "power-cut"}) {
    ActiveFault fault = BreakTheHolder(kind);
    HealAndTakeBack(fault);
    holders.insert(holders.end(), {&second(), &first()});
  }
  EXPECT_THAT(JudgeVirtualIp(PromisesFor(holders)), Holds());
  EXPECT_THAT(JudgeOutages(OutageLimit()), Holds());
}

SERVICE_TEST_F(PrismNet, OldHolderReturnsAndTakesItBackOnce) {
  FormKeepalived({.preempt = true});
  ActiveFault cut = BreakTheHolder("power-cut");
  HealAndTakeBack(cut);
  WaitForAnswersOf(first(), kAnswersThatItStays, Within(60s));
  JudgeThereAndBack();
}

// Whoever had it first: without preemption either may.
SERVICE_TEST_F(PrismNet, OldHolderReturnsAndLeavesItWithoutPreemption) {
  FormKeepalived({.preempt = false});
  Node& old_holder = vip().WaitForHolder(Within(10s));
  Node& other = &old_holder == &first() ? second() : first();
  ActiveFault cut = Inject("power-cut", {&old_holder});
  WaitForAnswersOf(other, kAnswers, Within(30s));
  cut.Heal(Within(kHealLimit));
  cut.WaitForRecovery(Within(kHealLimit));
  WaitForAnswersOf(other, kAnswersThatItStays, Within(60s));
  EXPECT_EQ(vip().StateOf(old_holder, Within(10s)), "BACKUP");
  EXPECT_THAT(JudgeVirtualIp(PromisesFor({&old_holder, &other})), Holds());
  EXPECT_THAT(JudgeOutages(OutageLimit()), Holds());
}

}  // namespace faultline
