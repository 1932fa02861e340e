// Controls of PrismNet: what its judges are good for. Each has a safe twin.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>

#include "faultline/base/eventually.h"
#include "prismnet.h"

namespace faultline {
namespace {

using testing::Contains;
using testing::HasSubstr;

constexpr int kAnswers = 20;

}  // namespace

// Until both nodes have held the address, and answered for it on the network,
// for longer than a handover takes.
void PrismNet::WaitForTwoHolders() {
  AddressPromises promises = PromisesFor({});
  Eventually(Within(60s), "two nodes to hold and to answer for the address",
             [&](LastSeen& seen) {
               AddressTrace trace = address_recorder().Snapshot();
               trace.ended_ns = address_recorder().Now();
               const Verdict held = CheckOneHolder(trace, {}, promises);
               const Verdict answer = CheckOneAnswers(trace, promises);
               seen.Set(Combine({held, answer}).evidence.front());
               return held.judgement == Judgement::kViolated &&
                      answer.judgement == Judgement::kViolated;
             });
}

// Gratuitous ARP of that node on the switch since then, once the recording has
// ended.
int PrismNet::AnnouncementsOf(const Node& node, std::int64_t since_ns) const {
  return static_cast<int>(std::ranges::count_if(
      address_trace().frames, [&](const AddressFrame& frame) {
        return frame.kind == AddressFrame::Kind::kGratuitous &&
               frame.node == node.name() && frame.at_ns >= since_ns;
      }));
}

// Adverts of the holder do not reach the other node, which takes the address as
// well; the holder hears that one, and keeps it, as its priority is higher.
SERVICE_TEST_F(PrismNet, OneWayAdvertsGiveTwoHolders) {
  FormKeepalived();
  ActiveFault cut = Inject("one-way-cut", {&first(), &second()});
  WaitForTwoHolders();
  EXPECT_EQ(vip().Holders(Within(10s)).size(), 2U);

  const AddressPromises promises = PromisesFor({});
  EndRecording();
  for (const Verdict& verdict :
       {CheckOneHolder(address_trace(), history().faults, promises),
        CheckOneAnswers(address_trace(), promises)}) {
    EXPECT_EQ(verdict.judgement, Judgement::kViolated) << verdict.property;
    EXPECT_THAT(verdict.evidence, Contains(HasSubstr("node1 and node2 both")));
    RecordFact("seen: not so that " + verdict.property,
               verdict.evidence.front());
  }
}

// The same cut, healed: from then on there is one holder again, who
// says so.
SERVICE_TEST_F(PrismNet, OneWayAdvertsHealedGiveOneHolder) {
  FormKeepalived();
  ActiveFault cut = Inject("one-way-cut", {&first(), &second()});
  WaitForTwoHolders();
  const std::int64_t healed_ns = recorder().Now();
  cut.Heal(Within(kHealLimit));
  cut.WaitForRecovery(Within(kHealLimit));
  EXPECT_EQ(&vip().WaitForHolder(Within(30s)), &first());
  JudgeFromNow();
  WaitForAnswersOf(first(), kAnswers, Within(60s));
  EXPECT_THAT(JudgeVirtualIp(PromisesFor({&first()})), Holds());
  EXPECT_GT(AnnouncementsOf(first(), healed_ns), 0);
}

// keepalived and its child are killed at once, so that nobody removes the
// address: the dead holder's kernel goes on to answer for it. Not what an
// address promises, and what keepalived does: the switch sees it.
SERVICE_TEST_F(PrismNet, DaemonKilledWholeLeavesItsAddressBehind) {
  FormKeepalived();
  first().Succeed(fmt::format("systemctl kill --signal=KILL --kill-who=all {}",
                              kKeepalivedUnit),
                  Within(10s));
  WaitForTwoHolders();
  const AddressPromises promises = PromisesFor({});
  EndRecording();
  const Verdict verdict =
      CheckOneHolder(address_trace(), history().faults, promises);
  EXPECT_EQ(verdict.judgement, Judgement::kViolated);
  RecordFact("seen: not so that " + verdict.property, verdict.evidence.front());
}

}  // namespace faultline
