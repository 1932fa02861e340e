#include "faultline/nemesis/downtimes.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>

namespace faultline {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

FaultPlan Plan(const std::string& faults) {
  return ParsePlan("nodes 3\n" + faults, "plan");
}

// Asked for at `begin`, took effect 1 later, healed at `end`, over 2 later.
FaultInterval Recorded(const std::string& name, const std::string& target,
                       std::int64_t begin, std::int64_t end) {
  return {name, target, begin, end, begin + 1, end + 2};
}

TEST(InevitableDowntimes, OfAMinorityAreMomentsOnly) {
  EXPECT_THAT(
      InevitableDowntimes({Recorded("process-kill", "node2", 10, 20)},
                          Plan("at 1 ms for 5 ms: process-kill node2\n")),
      ElementsAre(Downtime{10, 10}, Downtime{11, 11}, Downtime{20, 20},
                  Downtime{22, 22}));
  EXPECT_THAT(InevitableDowntimes({}, Plan("")), IsEmpty());
}

TEST(InevitableDowntimes, LastWhileNoMajorityIsLeft) {
  EXPECT_THAT(
      InevitableDowntimes({Recorded("power-cut", "node1,node3", 10, 20)},
                          Plan("at 1 ms for 5 ms: power-cut node1,node3\n")),
      Contains(Downtime{11, 20}));
  // Each alone leaves one.
  const auto both =
      InevitableDowntimes({Recorded("process-kill", "node1", 10, 20),
                           Recorded("isolate", "node2", 15, 30)},
                          Plan("at 1 ms for 9 ms: process-kill node1\n"
                               "at 2 ms for 9 ms: isolate node2\n"));
  EXPECT_THAT(both, Contains(Downtime{16, 20}));
  EXPECT_THAT(both, Contains(Downtime{20, 22}));
  EXPECT_THAT(both, Not(Contains(Downtime{11, 15})));
  EXPECT_THAT(both, Not(Contains(Downtime{22, 30})));
}

TEST(InevitableDowntimes, LastWhileAFaultMakesNodesWorseOrComesAndGoes) {
  for (const char* kind : {"delay", "flapping", "process-restart-loop",
                           "cpu-starvation", "rolling-restart", "disk-slow"}) {
    EXPECT_THAT(InevitableDowntimes({Recorded(kind, "node2", 10, 20)},
                                    Plan(std::string("at 1 ms for 5 ms: ") +
                                         kind + " node2\n")),
                Contains(Downtime{11, 20}))
        << kind;
  }
}

TEST(InevitableDowntimes, OfAFaultThatWasNeverHealedLastToTheEnd) {
  constexpr auto kNever = std::numeric_limits<std::int64_t>::max();
  EXPECT_THAT(InevitableDowntimes({{"power-cut", "node1,node2", 10, kNever}},
                                  Plan("at 1 ms for 5 ms: power-cut "
                                       "node1,node2\n")),
              Contains(Downtime{10, kNever}));
}

TEST(InevitableDowntimes, AreExcusedByAFaultThatIsNotOfThePlan) {
  EXPECT_THAT(
      InevitableDowntimes({Recorded("disaster", "node1", 10, 20)}, Plan("")),
      Contains(Downtime{11, 20}));
}

}  // namespace
}  // namespace faultline
