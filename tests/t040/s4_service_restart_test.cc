// T040 step 4: services that end are started again by their supervisor.
#include <fmt/format.h>

#include "faultline/service/service_unit.h"
#include "under_load.h"

namespace faultline {

using std::chrono_literals::operator""s;

namespace {

class UnderSupervision : public UnderLoad {
 protected:
  using UnderLoad::UnderLoad;

  // Of the first unit.
  SupervisedState Supervisor(Node& node) {
    return AskSupervisor(node, store().units(node).front(), Within(20s));
  }

  // Until the service on `node` answers again, from now on; a fact.
  void MeasureReturn(Node& node, const std::string& after) {
    const std::int64_t began = recorder().Now();
    Eventually(Within(60s), node.name() + ": serves again",
               [&] { return store().Answers(node, Within(2s)); });
    RecordFact(fmt::format("{} serves again after {}", node.name(), after),
               ToText(Duration(recorder().Now() - began)));
  }
};

}  // namespace

STORE_SCENARIO_F(UnderSupervision, ServiceRestartRecovers) {
  Node& leader = FormClusterUnderLoad();
  const std::vector<Node*> others = followers(leader);

  for (const auto& [node, signal] : {std::pair{&leader, "KILL"},
                                     {others.at(0), "KILL"},
                                     {others.at(1), "TERM"}}) {
    ActiveFault crashed = Inject("process-crash", {node}, {{"signal", signal}});
    MeasureReturn(*node, fmt::format("SIG{}", signal));
    EXPECT_EQ(Supervisor(*node).restarts, 1) << node->name();
    HealAndAgree(crashed);
  }

  EXPECT_THAT(Judge(), Holds());
  EXPECT_THAT(JudgeRecovery(), Holds());
}

STORE_SCENARIO_F(UnderSupervision, RepeatedCrashesStayWithinTheStartLimit) {
  Node& leader = FormClusterUnderLoad();
  Node& follower = *followers(leader).at(0);

  {
    ActiveFault crashed =
        Inject("process-crash", {&follower},
               {{"times", "3"}, {"starts", "5"}, {"interval", "600s"}});
    MeasureReturn(follower, "three crashes");
    const SupervisedState state = Supervisor(follower);
    EXPECT_EQ(state.restarts, 3);
    EXPECT_EQ(state.active, "active");
    HealAndAgree(crashed);
  }
  ActiveFault storm =
      Inject("process-crash", {&follower},
             {{"times", "20"}, {"starts", "3"}, {"interval", "600s"}});
  const SupervisedState state = Supervisor(follower);
  RecordFact("supervisor after 20 crashes, 3 starts allowed", ToText(state));
  EXPECT_TRUE(state.GaveUp()) << ToText(state);
  EXPECT_LE(state.restarts, 3) << "a storm of restarts";
  ExpectProgress();
  HealAndAgree(storm);

  EXPECT_THAT(Judge(), Holds());
  EXPECT_THAT(JudgeRecovery(), Holds());
}

}  // namespace faultline
