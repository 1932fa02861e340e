#include "faultline/cli/line_reader.h"

#include <gmock/gmock.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "faultline/base/eventually.h"
#include "support/scratch_directory.h"

namespace faultline {
namespace {

using std::chrono_literals::operator""s;
using testing::ElementsAre;

TEST(LineBuffer, CutsAtNewlines) {
  std::vector<std::string> lines;
  LineBuffer buffer([&](const std::string& line) { lines.push_back(line); });
  for (const char* piece : {"on", "e\ntwo\nth", "ree"}) buffer.Append(piece);
  buffer.End();
  EXPECT_THAT(lines, ElementsAre("one", "two", "three"));
}

TEST(RunToItsEnd, HandsOnBothStreamsAndTheStatus) {
  std::vector<std::string> lines;
  const int status =
      RunToItsEnd({"sh", "-c", "echo one; echo two >&2; exit 7"},
                  [&](const std::string& line) { lines.push_back(line); });
  EXPECT_EQ(status, 7);
  EXPECT_THAT(lines, ElementsAre("one", "two"));
  EXPECT_EQ(RunToItsEnd({"/no/such/program"}, [](const std::string&) {}), 127);
}

// A program that takes a second to clean up, run by a process of our own.
class SlowCleaner {
 public:
  explicit SlowCleaner(const std::filesystem::path& place) : place_(place) {
    const std::string script =
        "trap 'sleep 1; rm " + (place / "left").string() +
        "; exit 1' TERM; touch " + (place / "left").string() +
        "; while :; do sleep 0.05; done";
    pid_ = ::fork();
    if (pid_ != 0) return;
    RunToItsEnd({"sh", "-c", script}, [](const std::string&) {});
    ::_exit(0);
  }
  bool Left() const { return std::filesystem::exists(place_ / "left"); }
  void Signal(int signal) const { ::kill(pid_, signal); }
  // The signal that ended the process, 0 if none did.
  int Wait() const {
    int status = 0;
    ::waitpid(pid_, &status, 0);
    return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
  }

 private:
  std::filesystem::path place_;
  pid_t pid_ = -1;
};

TEST(RunToItsEnd, ASignalWaitsUntilTheProgramHasCleanedUp) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    const ScratchDirectory scratch;
    const SlowCleaner cleaner(scratch.path());
    Eventually(Within(10s), "it runs", [&] { return cleaner.Left(); });
    cleaner.Signal(signal);
    EXPECT_EQ(cleaner.Wait(), signal);
    EXPECT_FALSE(cleaner.Left()) << "signal " << signal;
  }
}

TEST(RunToItsEnd, TheProgramAlsoCleansUpIfWeAreKilled) {
  const ScratchDirectory scratch;
  const SlowCleaner cleaner(scratch.path());
  Eventually(Within(10s), "it runs", [&] { return cleaner.Left(); });
  cleaner.Signal(SIGKILL);
  EXPECT_EQ(cleaner.Wait(), SIGKILL);
  Eventually(Within(10s), "it cleans up", [&] { return !cleaner.Left(); });
}

}  // namespace
}  // namespace faultline
