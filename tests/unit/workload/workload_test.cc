// The workload on a service that is no store.
#include "faultline/workload/workload.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>

#include "faultline/base/error.h"
#include "faultline/base/eventually.h"
#include "support/scratch_directory.h"

namespace faultline {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr WorkloadOptions kBrisk{.clients = 2,
                                 .pause = 1ms,
                                 .probe_interval = 10ms,
                                 .observe_interval = 1ms};

// A lamp on each node. Its client switches it on and off.
struct Lamps {
  std::atomic<bool> reachable = true;
  std::atomic<bool> silent = false;
  std::atomic<int> looks = 0;
};

class LampClient : public LoadClient {
 public:
  LampClient(Lamps& lamps, const LoadDriver::Seat& seat)
      : lamps_(lamps), node_(seat.node) {}

  void Connect() override {
    if (!lamps_.reachable) throw CommandError("no way to the lamp");
  }
  Operation Next() override {
    Operation operation;
    operation.key = "lamp of " + node_.name();
    operation.kind = OperationKind::kWrite;
    operation.value = std::to_string(++switched_);
    return operation;
  }
  void Invoke(Operation& operation) override {
    operation.outcome = lamps_.silent ? Outcome::kUnknown : Outcome::kOk;
  }
  void Completed(const Operation&) override { ++completed_; }
  std::string target() const override { return node_.name(); }

 private:
  Lamps& lamps_;
  Node& node_;
  int switched_ = 0;
  int completed_ = 0;
};

class LampProbe : public NodeProbe {
 public:
  explicit LampProbe(const Lamps& lamps) : lamps_(lamps) {}
  bool Try(std::int64_t, Deadline) override { return lamps_.reachable; }

 private:
  const Lamps& lamps_;
};

class LampDriver : public LoadDriver, public NodeObserver {
 public:
  LampDriver(Lamps& lamps, std::vector<Node*> nodes, bool probed)
      : lamps_(lamps), nodes_(std::move(nodes)), probed_(probed) {}

  std::string name() const override { return "lamps"; }
  std::vector<Node*> nodes() const override { return nodes_; }
  std::unique_ptr<LoadClient> MakeClient(const Seat& seat) override {
    return std::make_unique<LampClient>(lamps_, seat);
  }
  std::unique_ptr<NodeProbe> MakeProbe(Node&) override {
    return probed_ ? std::make_unique<LampProbe>(lamps_) : nullptr;
  }
  NodeObserver* observer() override { return this; }
  void Look(Node&) override { ++lamps_.looks; }

 private:
  Lamps& lamps_;
  const std::vector<Node*> nodes_;
  const bool probed_;
};

class WorkloadOnLamps : public testing::Test {
 protected:
  Workload Load(bool probed = true, int nodes = 2) {
    std::vector<Node*> some;
    for (int i = 0; i < nodes; ++i) some.push_back(i == 0 ? &first_ : &second_);
    return {std::make_shared<LampDriver>(lamps_, some, probed), kBrisk, 1,
            recorder_};
  }

  ScratchDirectory scratch_;
  Recorder recorder_{scratch_.path() / "history.jsonl", {}};
  Lamps lamps_;
  Node first_{{.name = "node1", .index = 1, .data_address = "192.0.2.1"},
              nullptr,
              nullptr};
  Node second_{{.name = "node2", .index = 2, .data_address = "192.0.2.2"},
               nullptr,
               nullptr};
};

TEST_F(WorkloadOnLamps, RecordsProbesAndObservesWhatTheDriverBrings) {
  Workload load = Load();
  load.Start();
  load.WaitForAcknowledged(20, Within(20s));
  Eventually(Within(20s), "looks", [&] { return lamps_.looks > 4; });
  const WorkloadResult result = load.Stop();
  EXPECT_GE(result.history.CountAcknowledged(), 20);
  // Which client comes first is not said.
  EXPECT_GT(std::ranges::count(result.history.operations, "lamp of node1",
                               &Operation::key),
            0);
  EXPECT_FALSE(result.probes.empty());
}

TEST_F(WorkloadOnLamps, WithoutProbesAvailabilityIsNotMeasured) {
  Workload load = Load(false);
  load.Start();
  load.WaitForAcknowledged(5, Within(20s));
  EXPECT_THAT(load.Stop().probes, IsEmpty());
}

TEST_F(WorkloadOnLamps, OutageOfTheServiceIsMeasured) {
  Workload load = Load();
  load.Start();
  load.WaitForAcknowledged(5, Within(20s));
  lamps_.reachable = false;
  EXPECT_THROW(load.WaitForAcknowledged(1000000, Deadline::After(100ms)),
               TimeoutError);
  lamps_.reachable = true;
  load.WaitForAcknowledged(5, Within(20s));
  const std::vector<Outage> outages = FindOutages(load.Stop().probes);
  ASSERT_THAT(outages, SizeIs(1));
  EXPECT_TRUE(outages.front().ended);
}

TEST_F(WorkloadOnLamps, NothingIsInvokedWhileTheServiceCannotBeReached) {
  lamps_.reachable = false;
  Workload load = Load();
  load.Start();
  try {
    load.WaitForAcknowledged(1, Deadline::After(100ms));
    ADD_FAILURE() << "no timeout";
  } catch (const TimeoutError& error) {
    EXPECT_THAT(error.what(), HasSubstr("workload on lamps: 0 of 1"));
    EXPECT_THAT(error.what(), HasSubstr("no way to the lamp"));
  }
  EXPECT_THAT(load.Stop().history.operations, IsEmpty());
}

TEST_F(WorkloadOnLamps, AfterAnUnknownOutcomeTheClientIsANewProcess) {
  lamps_.silent = true;
  Workload load = Load();
  load.Start();
  Eventually(Within(20s), "five operations",
             [&] { return recorder_.Snapshot().operations.size() >= 5; });
  const History history = load.Stop().history;
  std::vector<int> processes;
  for (const Operation& operation : history.operations)
    processes.push_back(operation.process);
  std::ranges::sort(processes);
  EXPECT_EQ(std::ranges::adjacent_find(processes), processes.end());
}

TEST_F(WorkloadOnLamps, WithoutNodesThereIsNoLoad) {
  Workload load = Load(true, 0);
  EXPECT_THROW(load.Start(), UsageError);
}

}  // namespace
}  // namespace faultline
