#include "faultline/workload/kv/watch_recorder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "faultline/base/error.h"
#include "support/file_size_limit.h"
#include "support/scratch_directory.h"

namespace faultline {
namespace {

using testing::HasSubstr;
using testing::SizeIs;
using testing::ThrowsMessage;

constexpr int kEvents = 3000;

void RecordEvents(WatchRecorder& recorder) {
  recorder.Add({.revision = 1, .request = {.prefix = true}});
  for (int revision = 1; revision <= kEvents; ++revision) {
    recorder.Add({.kind = WatchRecord::Kind::kDelivered,
                  .events = {{revision, "k1", "value", {}, {}}}});
  }
}

[[noreturn]] void BeKilledAfterRecording(const ScratchDirectory& scratch) {
  Recorder history(scratch.path() / "history.jsonl", {});
  WatchRecorder recorder(scratch.path() / "watch.jsonl", history);
  RecordEvents(recorder);
  ::kill(::getpid(), SIGKILL);
  ::_exit(0);
}

TEST(WatchRecorder, LosesNothingWhenItsProcessIsKilled) {
  const ScratchDirectory scratch;
  const pid_t child = ::fork();
  if (child == 0) BeKilledAfterRecording(scratch);
  int status = 0;
  ::waitpid(child, &status, 0);
  ASSERT_TRUE(WIFSIGNALED(status));
  const WatchTrace trace = ReadWatchTrace(scratch.path() / "watch.jsonl");
  ASSERT_THAT(trace, SizeIs(kEvents + 1));
  EXPECT_EQ(trace.back().events.at(0).revision, kEvents);
}

TEST(WatchRecorder, RefusesEverythingAfterAFullDisk) {
  const ScratchDirectory scratch;
  Recorder history(scratch.path() / "history.jsonl", {});
  WatchRecorder recorder(scratch.path() / "watch.jsonl", history);
  const FileSizeLimit full(4096);
  EXPECT_THAT([&] { RecordEvents(recorder); },
              ThrowsMessage<Error>(HasSubstr("watch.jsonl: File too large")));
  EXPECT_THAT([&] { recorder.Add({.kind = WatchRecord::Kind::kEnded}); },
              ThrowsMessage<Error>(HasSubstr("watch.jsonl: File too large")));
}

}  // namespace
}  // namespace faultline
