#include "faultline/testing/virtual_ip_contract.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "faultline/workload/vip/address_load.h"

namespace faultline {
namespace {

using std::chrono_literals::operator""s;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAreArray;

constexpr auto kOneLook = 10s;
constexpr auto kComesBack = 60s;

std::string WhoAnswers(VirtualIp& service) {
  const auto socket = service.cluster().data_leg().SocketTo(
      service.address(), service.responder_port());
  return AskWhoAnswers("unix:" + socket.string(), Within(kOneLook))
      .value_or("nobody");
}

void ExpectDescription(VirtualIp& service) {
  EXPECT_THAT(service.name(), Not(IsEmpty()));
  EXPECT_THAT(service.configuration(), Not(IsEmpty()));
  EXPECT_THAT(service.Preference(), UnorderedElementsAreArray(service.nodes()))
      << "every node has its place in the order";
  for (Node* node : service.nodes())
    EXPECT_THAT(service.units(*node), Not(IsEmpty())) << node->name();
  EXPECT_GT(service.TakeoverLimit(), Duration::zero());
  EXPECT_GT(service.HandoverLimit(), Duration::zero());
  EXPECT_LT(service.HandoverLimit(), service.TakeoverLimit());
  EXPECT_THROW(service.Form(service.nodes(), Within(kOneLook)), UsageError)
      << "it is formed once";
}

// One node holds it, by its own words, its daemon's and its clients'.
void ExpectOneHolder(VirtualIp& service, Node& holder) {
  EXPECT_THAT(service.Holders(Within(kOneLook)), ElementsAre(&holder));
  EXPECT_EQ(WhoAnswers(service), holder.name());
  for (Node* node : service.nodes()) {
    service.RequireAnswer(*node, Within(kOneLook));
    EXPECT_EQ(service.StateOf(*node, Within(kOneLook)) ==
                  service.StateOf(holder, Within(kOneLook)),
              node == &holder)
        << node->name() << ": its daemon tells holders from others";
  }
}

void ExpectAnotherHolder(VirtualIp& service, Node& dead, Duration noticing) {
  EXPECT_THROW(service.RequireAnswer(dead, Within(kOneLook)), CommandError)
      << "a dead service does not answer";
  EXPECT_THROW(service.StateOf(dead, Within(kOneLook)), CommandError);
  const Node& next = service.WaitForHolderOtherThan(
      dead, Deadline::After(service.TakeoverLimit() + noticing));
  EXPECT_EQ(WhoAnswers(service), next.name());
}

}  // namespace

void ExpectVirtualIpContract(VirtualIp& service, Duration noticing) {
  ExpectDescription(service);
  Node& holder = service.WaitForHolder(Within(kOneLook));
  ExpectOneHolder(service, holder);

  service.Kill(holder, Within(kOneLook));
  ExpectAnotherHolder(service, holder, noticing);

  service.Start(holder, Within(kOneLook));
  service.Start(holder, Within(kOneLook));  // nothing happens where it runs
  service.WaitUntilSettled(Within(kComesBack));
  Node& settled = service.WaitForHolder(Within(kOneLook));
  if (service.capabilities().contains(capability::kPreemption) &&
      &holder == service.Preference().front()) {
    EXPECT_EQ(&settled, &holder) << "the first takes it back";
  }
  ExpectOneHolder(service, settled);
}

}  // namespace faultline
