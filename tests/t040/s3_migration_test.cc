// A machine moves between two hosts while it counts: the count goes on, and
// whatever happens on the way it runs once.
#include <fmt/format.h>

#include "plasmavmc.h"

namespace faultline {
namespace {

constexpr char kVm[] = "ticker";
// From the last tick before a move to the first one after it.
constexpr std::chrono::seconds kSilence{30};

VmHosts TwoHosts(bool shared_storage = true) {
  return {.hosts = 2, .shared_storage = shared_storage};
}

std::string Milliseconds(std::int64_t ms) { return fmt::format("{} ms", ms); }

}  // namespace

void PlasmaVMC::StartOnTheFirst() {
  manager().StartVm(host(1), kVm, Within(30s));
  WaitForTicks(3, Within(30s), &host(1));
}

void PlasmaVMC::MovesAndCountsOn(const MigrationOptions& how) {
  manager().BeginMigration(host(1), kVm, host(2), how, Within(60s));
  const MigrationResult move =
      manager().WaitForMigration(host(1), kVm, Within(60s));
  ASSERT_TRUE(move.moved) << move.reason;
  const VmTick after = WaitForTicks(3, Within(30s), &host(2));
  EXPECT_EQ(after.boot, 1U);
  EXPECT_EQ(StateOn(host(1)).state, VmState::kOff);
  EXPECT_EQ(StateOn(host(2)).state, VmState::kRunning);
  RecordFact("migration downtime", Milliseconds(move.downtime_ms));
  RecordFact("migration time", Milliseconds(move.total_ms));
  EXPECT_THAT(JudgeVmRun({.silence_limit_ns = Duration(kSilence).count()}),
              Holds());
}

// Slows the link so that the transfer takes its time, and returns once the
// target waits for the rest of the machine.
ActiveFault PlasmaVMC::BeginASlowMove() {
  ActiveFault slow = Inject("rate", {&host(1)}, {{"kbit", "300"}});
  manager().BeginMigration(host(1), kVm, host(2), {}, Within(90s));
  manager().WaitForState(host(2), kVm, VmState::kPaused, Within(30s));
  return slow;
}

SERVICE_TEST_F(PlasmaVMC, LiveMigrationKeepsTheCount) {
  // Given a machine that counts on one of two hosts with one disk,
  FormLibvirtWithVms(TwoHosts());
  StartOnTheFirst();
  // when it is moved, then it counts on over there.
  MovesAndCountsOn({});
}

SERVICE_TEST_F(PlasmaVMC, LiveMigrationWithItsStorageKeepsTheCount) {
  // The same where each host has a disk of its own.
  FormLibvirtWithVms(TwoHosts(false));
  StartOnTheFirst();
  MovesAndCountsOn({.copy_storage = true});
}

SERVICE_TEST_F(PlasmaVMC, LiveMigrationUnderPacketLossKeepsTheCount) {
  FormLibvirtWithVms(TwoHosts());
  StartOnTheFirst();
  const ActiveFault loss = Inject("loss", {&host(2)}, {{"share", "5%"}});
  MovesAndCountsOn({});
}

SERVICE_TEST_F(PlasmaVMC, TargetKilledHalfWayTheVmStaysWhereItWas) {
  // Given a machine on its way,
  FormLibvirtWithVms(TwoHosts());
  StartOnTheFirst();
  ActiveFault slow = BeginASlowMove();
  // when the target loses its power,
  const ActiveFault cut = Inject("power-cut", {&host(2)});
  // then the move fails, and it counts on where it was.
  const MigrationResult move =
      manager().WaitForMigration(host(1), kVm, Within(60s));
  EXPECT_FALSE(move.moved);
  EXPECT_EQ(WaitForTicks(3, Within(30s), &host(1)).boot, 1U);
  EXPECT_EQ(StateOn(host(1)).state, VmState::kRunning);
  EXPECT_THAT(JudgeVmRun({.silence_limit_ns = Duration(kSilence).count()}),
              Holds());
}

SERVICE_TEST_F(PlasmaVMC, SourceKilledHalfWayTheVmIsNotLeftBehind) {
  // Given a machine on its way,
  FormLibvirtWithVms(TwoHosts());
  StartOnTheFirst();
  ActiveFault slow = BeginASlowMove();
  // when the source loses its power,
  const std::int64_t lost = vm_recorder().Now();
  const ActiveFault cut = Inject("power-cut", {&host(1)});
  // then the half that had arrived never runs, and is thrown away.
  manager().WaitForState(host(2), kVm, VmState::kOff, Within(30s));
  // The machine is lost with its host; asked to, the other one starts it.
  const std::int64_t asked = vm_recorder().Now();
  manager().StartVm(host(2), kVm, Within(30s));
  EXPECT_EQ(WaitForTicks(3, Within(30s), &host(2)).boot, 2U);
  EXPECT_THAT(JudgeVmRun({.silence_limit_ns = Duration(kSilence).count(),
                          .downtimes = {{lost, asked}}}),
              Holds());
}

SERVICE_TEST_F(PlasmaVMC, NetworkCutHalfWayTheVmStaysWhereItWas) {
  // Given a machine on its way,
  FormLibvirtWithVms(TwoHosts());
  StartOnTheFirst();
  ActiveFault slow = BeginASlowMove();
  // when the hosts no longer hear each other,
  ActiveFault cut = Inject("isolate", {&host(2)});
  const MigrationResult move =
      manager().WaitForMigration(host(1), kVm, Within(60s));
  // then the move fails, it counts on where it was, and nothing is left over
  // there.
  EXPECT_FALSE(move.moved);
  EXPECT_EQ(WaitForTicks(3, Within(30s), &host(1)).boot, 1U);
  manager().WaitForState(host(2), kVm, VmState::kOff, Within(30s));
  cut.Heal(Within(kHealLimit));
  EXPECT_EQ(WaitForTicks(3, Within(30s), &host(1)).boot, 1U);
  EXPECT_EQ(StateOn(host(1)).state, VmState::kRunning);
  EXPECT_THAT(JudgeVmRun({.silence_limit_ns = Duration(kSilence).count()}),
              Holds());
}

SERVICE_TEST_F(PlasmaVMC, LiveMigrationToAnUnreachableHostIsRefused) {
  // Given two hosts that do not hear each other,
  FormLibvirtWithVms(TwoHosts());
  StartOnTheFirst();
  const ActiveFault cut = Inject("isolate", {&host(2)});
  // when the machine is to move, then that fails, and it counts on.
  manager().BeginMigration(host(1), kVm, host(2), {}, Within(60s));
  const MigrationResult move =
      manager().WaitForMigration(host(1), kVm, Within(60s));
  EXPECT_FALSE(move.moved);
  EXPECT_THAT(move.reason, testing::HasSubstr("node2"));
  EXPECT_EQ(WaitForTicks(3, Within(30s), &host(1)).boot, 1U);
  EXPECT_EQ(StateOn(host(1)).state, VmState::kRunning);
  EXPECT_THAT(JudgeVmRun({.silence_limit_ns = Duration(kSilence).count()}),
              Holds());
}

// What nobody can know: the machine runs on the target, and the source hears
// nothing of it any more. libvirt without a lock on the disk takes silence for
// failure and lets the source go on. This is a gap of the binding (no lease on
// shared storage), shown, not hidden: the judge must see the second machine.
SERVICE_TEST_F(PlasmaVMC, LiveMigrationWhoseLastAnswerIsLostIsSeenToRunTwice) {
  // Given a machine on its way, and a target whose answers take their time,
  FormLibvirtWithVms(TwoHosts());
  StartOnTheFirst();
  const ActiveFault late = Inject("delay", {&host(2)}, {{"delay", "1500ms"}});
  manager().BeginMigration(host(1), kVm, host(2), {}, Within(90s));
  // when it has arrived, and before the target's answer has,
  WaitForTicks(1, Within(90s), &host(2));
  ActiveFault cut = Inject("isolate", {&host(2)});
  const MigrationResult move =
      manager().WaitForMigration(host(1), kVm, Within(60s));
  // then either the answer was in time after all,
  if (move.moved) {
    RecordFact("last answer", "in time");
    EXPECT_THAT(JudgeVmRun({.silence_limit_ns = Duration(kSilence).count()}),
                Holds());
    return;
  }
  // or the source goes on beside it, and the judge says so.
  RecordFact("last answer", "lost: " + move.reason);
  WaitForTicks(3, Within(60s), &host(1));
  const Verdict verdict =
      JudgeVmRun({.silence_limit_ns = Duration(kSilence).count()});
  EXPECT_EQ(verdict.judgement, Judgement::kViolated);
}

}  // namespace faultline
