// Nothing outlives a test, however it ends.
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <signal.h>

#include <random>

#include "faultline/base/environment.h"
#include "faultline/base/eventually.h"
#include "faultline/base/temporary_directory.h"
#include "faultline/testing/test_run.h"
#include "harness/program.h"

namespace faultline {
namespace {

using std::chrono_literals::operator""s;

constexpr int kDefaultKills = 5;
// From start to end of the victim on a slow machine: boot, load, fault,
// teardown.
constexpr double kVictimSeconds = 45;

// Starts a scenario and kills its process (not its warden) after `seconds`.
// `warden` must live until the check is over: its end would sweep up what the
// killed run had left.
void RunAndKill(Warden& warden, const std::filesystem::path& scratch,
                double seconds) {
  const auto victim = warden.Spawn(
      {.name = "victim",
       .argv = ProgramCommand(
           "t040_s2", {"--gtest_filter=ChainFire.LeaderProcessKilled*"},
           {{"TMPDIR", scratch.string()},
            {"FAULTLINE_RUNS", (scratch / "runs").string()}}),
       .output = "/dev/null",
       .inherited = {}});
  victim->WaitForExit(Deadline::After(std::chrono::duration_cast<Duration>(
      std::chrono::duration<double>(seconds))));
  victim->Kill();
}

std::vector<std::string> DirectoriesLeft(const std::filesystem::path& scratch) {
  std::vector<std::string> left;
  for (const auto& entry : std::filesystem::directory_iterator(scratch)) {
    const std::string name = entry.path().filename();
    if (name != "runs") left.push_back(name);  // the evidence stays
  }
  return left;
}

TEST(Leaks, KilledRunnerLeavesNoProcessAndNoDirectory) {
  const int kills = std::stoi(Environment("FAULTLINE_LEAK_KILLS")
                                  .value_or(std::to_string(kDefaultKills)));
  std::mt19937_64 random(CurrentTestRun().seed);
  for (int kill = 1; kill <= kills; ++kill) {
    const TemporaryDirectory scratch("flt");
    Warden warden;
    const double moment =
        kVictimSeconds * static_cast<double>(random() >> 11) * 0x1.0p-53;
    SCOPED_TRACE(fmt::format("kill {} after {:.2f} s", kill, moment));

    RunAndKill(warden, scratch.path(), moment);

    Eventually(
        Deadline::After(5s), "everything of the killed run is gone",
        [&](LastSeen& seen) {
          std::vector<std::string> left = DirectoriesLeft(scratch.path());
          for (const auto& process : ProcessesNaming(scratch.path().string())) {
            left.push_back(process);
          }
          if (!left.empty()) seen.Set(left.front());
          return left.empty();
        });
  }
}

}  // namespace
}  // namespace faultline
