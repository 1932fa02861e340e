// T040 step 4: a manager of virtual machines that ends is started again by its
// supervisor, and its machines do not notice.
#include <fmt/format.h>

#include "faultline/base/eventually.h"
#include "faultline/service/service_unit.h"
#include "plasmavmc.h"

namespace faultline {
namespace {

constexpr char kVm[] = "ticker";

SERVICE_TEST_F(PlasmaVMC, SupervisorRestartsTheManager) {
  // Given a machine that runs,
  FormLibvirtWithVms({});
  manager().StartVm(host(1), kVm, Within(30s));
  WaitForTicks(2, Within(30s));
  for (const char* signal : {"KILL", "TERM"}) {
    // when its manager ends,
    ActiveFault crashed =
        Inject("process-crash", {&host(1)}, {{"signal", signal}});
    const std::int64_t began = recorder().Now();
    Eventually(Within(60s), "the manager answers again",
               [&] { return service().Answers(host(1), Within(5s)); });
    RecordFact(fmt::format("serves again after SIG{}", signal),
               ToText(Duration(recorder().Now() - began)));
    // then its supervisor has started it once, and it knows its machine,
    const SupervisedState state =
        AskSupervisor(host(1), service().units(host(1)).front(), Within(20s));
    EXPECT_EQ(state.restarts, 1) << ToText(state);
    EXPECT_EQ(StateOn(host(1)).state, VmState::kRunning);
    crashed.Heal(Within(kHealLimit));
    crashed.WaitForRecovery(Within(30s));
  }
  // which counted on.
  EXPECT_EQ(WaitForTicks(2, Within(30s)).boot, 1U);
  EXPECT_THAT(JudgeVmRun({.silence_limit_ns = Duration(30s).count()}), Holds());
}

}  // namespace
}  // namespace faultline
