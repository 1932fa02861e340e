#include "faultline/service/vm/pacemaker_files.h"

#include <gmock/gmock.h>

namespace faultline::internal {
namespace {

using std::chrono_literals::operator""ms;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

TEST(CorosyncConfiguration, NamesEachHostWithItsAddress) {
  const std::string text = CorosyncConfiguration(
      {{"node1", "192.0.2.1"}, {"node2", "192.0.2.2"}}, {.token = 5000ms});
  EXPECT_THAT(text, HasSubstr("token: 5000\n"));
  EXPECT_THAT(text, HasSubstr("ring0_addr: 192.0.2.2\n    name: node2\n"
                              "    nodeid: 2\n"));
}

TEST(ClusterInformation, HasThePowerOfAllHostsAndTheMachinesStopped) {
  const std::string cib = ClusterInformation({"node1", "node2"}, {});
  EXPECT_THAT(cib, HasSubstr("name=\"stonith-enabled\" value=\"true\""));
  EXPECT_THAT(cib, HasSubstr("name=\"no-quorum-policy\" value=\"stop\""));
  EXPECT_THAT(cib, HasSubstr("name=\"pcmk_host_list\" value=\"node1 node2\""));
  EXPECT_THAT(cib, HasSubstr("type=\"VirtualDomain\""));
  EXPECT_THAT(cib, HasSubstr("name=\"target-role\" value=\"Stopped\""));
  EXPECT_THAT(cib, HasSubstr("value=\"/var/lib/state/ticker.xml\""));
}

TEST(ClusterInformation, WithoutFencingEachPartGoesOn) {
  const std::string cib =
      ClusterInformation({"node1", "node2"}, {.fencing = false});
  EXPECT_THAT(cib, HasSubstr("name=\"stonith-enabled\" value=\"false\""));
  EXPECT_THAT(cib, HasSubstr("name=\"no-quorum-policy\" value=\"ignore\""));
  EXPECT_THAT(cib, Not(HasSubstr("fence_faultline")));
}

TEST(ClusterState, TellsWhoIsOnlineAndWhoLeads) {
  const std::string state =
      "Cluster Summary:\n"
      "  * Current DC: node2 (version 2.1.5-a3f44794f94) - partition with "
      "quorum\n"
      "Node List:\n"
      "  * Node node1: UNCLEAN (offline)\n"
      "  * Online: [ node2 node3 ]\n";
  EXPECT_THAT(ParseOnline(state), ElementsAre("node2", "node3"));
  EXPECT_EQ(ParseController(state), "node2");
  EXPECT_THAT(ParseOnline("  * OFFLINE: [ node1 ]\n"), IsEmpty());
  EXPECT_EQ(ParseController("  * Current DC: NONE\n"), "");
}

TEST(ResourceLocation, IsAHostOrNone) {
  EXPECT_EQ(ParseLocation("resource ticker is running on: node3 \n"), "node3");
  EXPECT_EQ(ParseLocation("resource ticker is NOT running\n"), "");
}

}  // namespace
}  // namespace faultline::internal
