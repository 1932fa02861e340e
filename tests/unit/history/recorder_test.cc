#include "faultline/history/recorder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <thread>
#include <vector>

#include "faultline/base/error.h"
#include "support/file_size_limit.h"
#include "support/scratch_directory.h"

namespace faultline {
namespace {

using testing::AllOf;
using testing::Each;
using testing::EndsWith;
using testing::Field;
using testing::HasSubstr;
using testing::SizeIs;
using testing::ThrowsMessage;

constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

Operation Write(int process, const std::string& value) {
  Operation write;
  write.process = process;
  write.kind = OperationKind::kWrite;
  write.key = "k1";
  write.value = value;
  return write;
}

void Finish(Recorder& recorder, Operation operation, Outcome outcome) {
  const std::int64_t token = recorder.Invoke(operation);
  operation.outcome = outcome;
  recorder.Complete(token, operation);
}

void ExpectSame(const Operation& a, const Operation& b) {
  EXPECT_EQ(a.process, b.process);
  EXPECT_EQ(a.kind, b.kind);
  EXPECT_EQ(a.key, b.key);
  EXPECT_EQ(a.value, b.value);
  EXPECT_EQ(a.expected, b.expected);
  EXPECT_EQ(a.invoked_ns, b.invoked_ns);
  EXPECT_EQ(a.completed_ns, b.completed_ns);
  EXPECT_EQ(a.outcome, b.outcome);
  EXPECT_EQ(a.revision, b.revision);
  EXPECT_EQ(a.error, b.error);
  EXPECT_EQ(a.elements, b.elements);
  EXPECT_EQ(a.accesses, b.accesses);
}

class RecordedHistory : public testing::Test {
 protected:
  void ExpectFileAndMemoryAgree() {
    const History memory = recorder_.Snapshot();
    const History file = ReadHistory(path_);
    EXPECT_EQ(file.metadata, memory.metadata);
    ASSERT_EQ(file.operations.size(), memory.operations.size());
    for (std::size_t i = 0; i < file.operations.size(); ++i) {
      ExpectSame(file.operations[i], memory.operations[i]);
    }
    ASSERT_EQ(file.faults.size(), memory.faults.size());
    for (std::size_t i = 0; i < file.faults.size(); ++i) {
      EXPECT_EQ(file.faults[i].name, memory.faults[i].name);
      EXPECT_EQ(file.faults[i].target, memory.faults[i].target);
      EXPECT_EQ(file.faults[i].begin_ns, memory.faults[i].begin_ns);
      EXPECT_EQ(file.faults[i].end_ns, memory.faults[i].end_ns);
      EXPECT_EQ(file.faults[i].effect_ns, memory.faults[i].effect_ns);
      EXPECT_EQ(file.faults[i].recovered_ns, memory.faults[i].recovered_ns);
    }
  }

  ScratchDirectory scratch_;
  const std::filesystem::path path_ = scratch_.path() / "history.jsonl";
  Recorder recorder_{path_, {{"seed", "4711"}, {"store", "etcd \"3.4\"\n"}}};
};

TEST_F(RecordedHistory, EveryKindAndOutcomeSurvivesTheFile) {
  int process = 0;
  for (const auto kind :
       {OperationKind::kRead, OperationKind::kWrite, OperationKind::kDelete,
        OperationKind::kCompareAndSet, OperationKind::kAppend,
        OperationKind::kAdd, OperationKind::kRemove, OperationKind::kEnqueue,
        OperationKind::kDequeue, OperationKind::kAcquire,
        OperationKind::kRelease}) {
    for (const auto outcome :
         {Outcome::kOk, Outcome::kFail, Outcome::kUnknown}) {
      Operation operation = Write(process++, "a \\ \"b\" \t\x01 \xc3\xa9 ");
      operation.kind = kind;
      operation.expected = "before";
      operation.revision = 17;
      operation.error = "line one\nline two";
      Finish(recorder_, operation, outcome);
    }
  }
  recorder_.Invoke(Write(process, "open"));
  ExpectFileAndMemoryAgree();
}

TEST_F(RecordedHistory, FaultsSurviveTheFile) {
  const std::int64_t first = recorder_.BeginFault("power-cut", "node2");
  recorder_.BeginFault("partition", "node1 | node2 node3");
  recorder_.FaultTookEffect(first);
  EXPECT_THROW(recorder_.FaultRecovered(first), Error) << "before it is healed";
  recorder_.EndFault(first);
  recorder_.FaultRecovered(first);
  ExpectFileAndMemoryAgree();
  EXPECT_EQ(recorder_.Snapshot().faults[1].end_ns, kNever);
  EXPECT_FALSE(recorder_.Snapshot().faults[1].effect_ns);
  EXPECT_THROW(recorder_.FaultTookEffect(first), Error) << "after it is healed";
  EXPECT_THROW(recorder_.EndFault(first), Error);
}

TEST_F(RecordedHistory, OperationWithoutAnswerStaysOpen) {
  recorder_.Invoke(Write(0, "open"));
  Finish(recorder_, Write(1, "given up"), Outcome::kUnknown);
  const History history = recorder_.Snapshot();
  EXPECT_THAT(history.operations,
              Each(AllOf(Field(&Operation::outcome, Outcome::kUnknown),
                         Field(&Operation::completed_ns, kNever))));
  EXPECT_EQ(recorder_.acknowledged(), 0);
}

TEST_F(RecordedHistory, OnlyAnAnswerIsCountedAsAcknowledged) {
  Finish(recorder_, Write(0, "a"), Outcome::kOk);
  Finish(recorder_, Write(0, "b"), Outcome::kFail);
  Finish(recorder_, Write(0, "c"), Outcome::kUnknown);
  EXPECT_EQ(recorder_.acknowledged(), 1);
  EXPECT_EQ(recorder_.Snapshot().CountAcknowledged(), 1);
}

TEST_F(RecordedHistory, ProcessCannotGoOnWhileBusyOrAfterUnknownOutcome) {
  const Operation write = Write(recorder_.NewProcess(), "a");
  const std::int64_t token = recorder_.Invoke(write);
  EXPECT_THROW(recorder_.Invoke(write), Error);
  recorder_.Complete(token, write);  // unknown
  EXPECT_THROW(recorder_.Invoke(write), Error);
  EXPECT_THROW(recorder_.Complete(token, write), Error);
  EXPECT_NE(recorder_.NewProcess(), write.process);
  ExpectFileAndMemoryAgree();
}

TEST_F(RecordedHistory, BytesThatAreNotTextBecomeReplacements) {
  Finish(recorder_, Write(0, "bad \xff byte"), Outcome::kOk);
  EXPECT_EQ(ReadHistory(path_).operations[0].value, "bad \xef\xbf\xbd byte");
}

TEST_F(RecordedHistory, ThreadsShareOneRecorder) {
  std::vector<std::jthread> clients;
  for (int i = 0; i < 4; ++i) {
    clients.emplace_back([this] {
      const int process = recorder_.NewProcess();
      for (int n = 0; n < 250; ++n) {
        Finish(recorder_, Write(process, "v"), Outcome::kOk);
      }
    });
  }
  clients.clear();
  EXPECT_EQ(recorder_.acknowledged(), 1000);
  ExpectFileAndMemoryAgree();
}

TEST_F(RecordedHistory, FullDiskIsThrownNowAndEverAfterAndMemoryKeepsAll) {
  constexpr int kMoreThanFits = 100000;
  int process = 0;
  const auto record = [&] {
    Finish(recorder_, Write(process++, "value"), Outcome::kOk);
  };
  const auto record_until_full = [&] {
    while (process < kMoreThanFits) record();
  };
  const auto says_why = ThrowsMessage<Error>(
      AllOf(HasSubstr("history.jsonl"), EndsWith("File too large")));
  {
    const FileSizeLimit full(std::filesystem::file_size(path_) + 20);
    EXPECT_THAT(record_until_full, says_why);
  }
  EXPECT_THAT(record, says_why);
  EXPECT_THAT([&] { recorder_.BeginFault("f", "t"); }, says_why);
  const auto kept = recorder_.Snapshot().operations.size();
  EXPECT_EQ(kept, static_cast<std::size_t>(process) - 1);
  const auto written = ReadHistory(path_).operations.size();
  EXPECT_GT(written, 0);
  EXPECT_GE(written + 1, kept);
}

TEST_F(RecordedHistory, NewKindsOfOperationsSurviveTheFile) {
  Operation read;
  read.elements = {"1", "a \"b\""};
  Finish(recorder_, read, Outcome::kOk);
  Operation transaction;
  transaction.kind = OperationKind::kTransaction;
  transaction.accesses = {{false, "x", "seen"}, {true, "y", "set"}};
  Finish(recorder_, transaction, Outcome::kOk);
  Finish(recorder_, transaction, Outcome::kUnknown);
  ExpectFileAndMemoryAgree();
  const auto operations = ReadHistory(path_).operations;
  EXPECT_EQ(operations[0].elements, read.elements);
  EXPECT_EQ(operations[1].accesses, transaction.accesses);
  EXPECT_EQ(operations[2].accesses[0].value, std::nullopt);
}

TEST(NewRecorder, NamesAFileThatItCannotCreate) {
  const ScratchDirectory scratch;
  const auto file = scratch.Write("history.jsonl", "");
  EXPECT_THAT([&] { Recorder(file, {}); },
              ThrowsMessage<Error>(
                  AllOf(HasSubstr(file.string()), EndsWith("File exists"))));
  EXPECT_THROW(Recorder(file / "below", {}), Error);
}

}  // namespace
}  // namespace faultline
