// What is left of a history whose recorder was killed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <thread>
#include <vector>

#include "faultline/base/file_descriptor.h"
#include "faultline/base/files.h"
#include "faultline/history/recorder.h"
#include "support/scratch_directory.h"

namespace faultline {
namespace {

constexpr int kThreads = 4;

struct Pipe {
  Pipe() {
    int ends[2];
    if (::pipe(ends) != 0) throw std::runtime_error("no pipe");
    read = FileDescriptor(ends[0]);
    write = FileDescriptor(ends[1]);
  }
  FileDescriptor read;
  FileDescriptor write;
};

// Tells the token of each invocation and completion that was recorded.
void RecordForEver(Recorder& recorder, int told) {
  Operation write;
  write.process = recorder.NewProcess();
  write.kind = OperationKind::kWrite;
  write.key = "k1";
  write.value = "value";
  while (true) {
    const std::int64_t token = recorder.Invoke(write);
    write.outcome = Outcome::kOk;
    recorder.Complete(token, write);
    if (::write(told, &token, sizeof token) != sizeof token) return;
  }
}

[[noreturn]] void BeKilledRecording(const std::filesystem::path& file,
                                    int told) {
  Recorder recorder(file, {});
  std::vector<std::jthread> threads;
  for (int i = 0; i < kThreads; ++i) {
    threads.emplace_back([&] { RecordForEver(recorder, told); });
  }
  threads.clear();
  ::_exit(0);
}

// All that a killed child said it had recorded.
std::vector<std::int64_t> RecordUntilKilled(const std::filesystem::path& file,
                                            std::size_t count) {
  Pipe pipe;
  const pid_t child = ::fork();
  if (child == 0) BeKilledRecording(file, pipe.write.get());
  pipe.write.Reset();
  std::vector<std::int64_t> tokens;
  std::int64_t token = 0;
  while (::read(pipe.read.get(), &token, sizeof token) == sizeof token) {
    tokens.push_back(token);
    if (tokens.size() == count) ::kill(child, SIGKILL);
  }
  int status = 0;
  ::waitpid(child, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status));
  return tokens;
}

TEST(KilledRecorder, LosesNothingThatItsCallsHadTaken) {
  for (const std::size_t count : {1, 100, 5000}) {
    const ScratchDirectory scratch;
    const auto file = scratch.path() / "history.jsonl";
    const auto tokens = RecordUntilKilled(file, count);
    ASSERT_GE(tokens.size(), count);
    const History history = ReadHistory(file);
    for (const std::int64_t token : tokens) {
      const auto index = static_cast<std::size_t>(token);
      ASSERT_LT(index, history.operations.size());
      ASSERT_EQ(history.operations[index].outcome, Outcome::kOk);
    }
  }
}

TEST(LivingRecorder, LeavesNoUnusedBytesWhenItEnds) {
  const ScratchDirectory scratch;
  const auto file = scratch.path() / "history.jsonl";
  {
    const Recorder recorder(file, {});
  }
  EXPECT_EQ(ReadFile(file),
            "{\"type\":\"meta\",\"version\":1,\"metadata\":{}}\n");
}

}  // namespace
}  // namespace faultline
