#include "faultline/workload/kv/store_workload.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "faultline/base/error.h"
#include "faultline/base/eventually.h"
#include "support/faulty_store.h"
#include "support/file_size_limit.h"
#include "support/scratch_directory.h"

namespace faultline {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

const WorkloadOptions kBrisk{
    .clients = 3, .request_timeout = 300ms, .pause = 1ms};

class WorkloadRuns : public testing::Test {
 protected:
  ScratchDirectory scratch_;
  Recorder recorder_{scratch_.path() / "history.jsonl", {{"seed", "1"}}};
};

// What a client chose, without what it was answered.
std::vector<std::string> Choices(const History& history, std::size_t count) {
  std::vector<std::string> choices;
  for (const Operation& operation : history.operations) {
    if (choices.size() == count) break;
    std::string choice = ToText(operation.kind) + (" " + operation.key);
    if (Writes(operation.kind)) choice += " " + *operation.value;
    choices.push_back(choice);
  }
  return choices;
}

std::vector<std::string> ChoicesOfOneClient(std::uint64_t seed) {
  const ScratchDirectory scratch;
  Recorder recorder(scratch.path() / "history.jsonl", {});
  FaultyStore store(1);
  WorkloadOptions options = kBrisk;
  options.clients = 1;
  StoreWorkload load(store, {}, options, seed, recorder);
  load.Start();
  Eventually(Within(20s), "60 operations",
             [&] { return recorder.Snapshot().operations.size() > 60; });
  return Choices(load.Stop().history, 60);
}

TEST(StoreTrafficChoices, AreRepeatedByTheSeed) {
  EXPECT_EQ(ChoicesOfOneClient(7), ChoicesOfOneClient(7));
  EXPECT_NE(ChoicesOfOneClient(7), ChoicesOfOneClient(8));
}

TEST_F(WorkloadRuns, TheFileHoldsTheHistoryThatStopReturns) {
  FaultyStore store(3);
  StoreWorkload load(store, {}, kBrisk, 1, recorder_);
  load.Start();
  load.WaitForAcknowledged(50, Within(20s));
  const History history = load.Stop().history;
  EXPECT_GE(history.CountAcknowledged(), 50);
  EXPECT_EQ(Choices(ReadHistory(scratch_.path() / "history.jsonl"), 1000000),
            Choices(history, 1000000));
}

TEST_F(WorkloadRuns, WaitThatRunsOutSaysHowManyCameAndTheLastError) {
  FaultyStore store(3);
  store.BeginOutage(OutageKind::kRefuse);
  StoreWorkload load(store, {}, kBrisk, 1, recorder_);
  load.Start();
  Eventually(Within(20s), "a refused operation",
             [&] { return !recorder_.Snapshot().operations.empty(); });
  try {
    load.WaitForAcknowledged(5, Deadline::After(50ms));
    ADD_FAILURE() << "no timeout";
  } catch (const TimeoutError& error) {
    EXPECT_THAT(error.what(), HasSubstr("0 of 5 operations acknowledged"));
    EXPECT_THAT(error.what(), HasSubstr("connection refused"));
  }
}

TEST_F(WorkloadRuns, ClientGoesOnAsNewProcessAfterUnknownOutcome) {
  FaultyStore store(3);
  StoreWorkload load(store, {}, kBrisk, 1, recorder_);
  load.Start();
  load.WaitForAcknowledged(20, Within(20s));
  store.BeginOutage(OutageKind::kSilent);
  Eventually(Within(20s), "a probe without answer",
             [&] { return store.missed_probes() > 12; });
  store.EndOutage();
  load.WaitForAcknowledged(50, Within(20s));
  std::set<int> processes;
  int unknown = 0;
  for (const Operation& operation : load.Stop().history.operations) {
    processes.insert(operation.process);
    if (operation.outcome == Outcome::kUnknown) ++unknown;
  }
  EXPECT_GT(unknown, 0);
  EXPECT_EQ(processes.size(), 3U + static_cast<std::size_t>(unknown));
}

TEST_F(WorkloadRuns, NothingIsRecordedWhileTheMemberOfAClientIsDown) {
  FaultyStore store(2);
  store.SetDown(1, true);
  WorkloadOptions options = kBrisk;
  options.clients = 1;
  StoreWorkload load(store, {}, options, 1, recorder_);
  load.Start();
  EXPECT_THROW(load.WaitForAcknowledged(1, Deadline::After(100ms)),
               TimeoutError);
  EXPECT_THAT(recorder_.Snapshot().operations, IsEmpty());
  store.SetDown(1, false);
  EXPECT_NO_THROW(load.WaitForAcknowledged(10, Within(20s)));
}

TEST_F(WorkloadRuns, FailedComparisonIsADefiniteFailure) {
  FaultyStore store(3);
  StoreWorkload load(store, {.compare_and_set_share = 0.6}, kBrisk, 1,
                     recorder_);
  load.Start();
  load.WaitForAcknowledged(100, Within(20s));
  int failed = 0;
  for (const Operation& operation : load.Stop().history.operations) {
    if (operation.outcome != Outcome::kFail) continue;
    EXPECT_EQ(operation.kind, OperationKind::kCompareAndSet);
    EXPECT_EQ(operation.error, "comparison failed");
    ++failed;
  }
  EXPECT_GT(failed, 0);
}

TEST_F(WorkloadRuns, WhatAClientThrowsIsRethrownByWaitsAndStop) {
  FaultyStore store(3, Defect::kClientThrows);
  StoreWorkload load(store, {}, kBrisk, 1, recorder_);
  load.Start();
  EXPECT_THROW(load.WaitForAcknowledged(1000000, Within(20s)),
               std::runtime_error);
  EXPECT_THROW(load.Stop(), std::runtime_error);
}

TEST_F(WorkloadRuns, FullDiskIsReportedByStop) {
  FaultyStore store(3);
  StoreWorkload load(store, {}, kBrisk, 1, recorder_);
  const FileSizeLimit full(4096);
  load.Start();
  try {
    load.WaitForAcknowledged(1000000, Within(20s));
    ADD_FAILURE() << "nothing was thrown";
  } catch (const Error& error) {
    EXPECT_THAT(error.what(), HasSubstr("history.jsonl: File too large"));
  }
  EXPECT_THROW(load.Stop(), Error);
}

TEST_F(WorkloadRuns, TwoLoadsOfOneRecorderNeverWriteTheSameValue) {
  FaultyStore store(3);
  for (int load_number = 0; load_number < 2; ++load_number) {
    StoreWorkload load(store, {}, kBrisk, 1, recorder_);
    load.Start();
    load.WaitForAcknowledged(30, Within(20s));
    load.Stop();
  }
  std::set<std::string> values;
  for (const Operation& operation : recorder_.Snapshot().operations) {
    if (Writes(operation.kind)) {
      EXPECT_TRUE(values.insert(*operation.value).second) << *operation.value;
    }
  }
  EXPECT_THAT(values, Not(IsEmpty()));
}

TEST_F(WorkloadRuns, UnusableTrafficIsRefused) {
  FaultyStore store(1);
  const auto refused = [&](const StoreTraffic& traffic,
                           const WorkloadOptions& options) {
    EXPECT_THROW(StoreWorkload(store, traffic, options, 1, recorder_),
                 UsageError);
  };
  refused({}, {.clients = 0});
  refused({.keys = 0}, {});
  refused({.read_share = 1.1}, {});
  refused({}, {.probe_interval = 0s});
}

}  // namespace
}  // namespace faultline
