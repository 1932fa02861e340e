#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "faultline/cluster/checkpoint_cache.h"
#include "faultline/cluster/cluster.h"
#include "faultline/history/recorder.h"
#include "faultline/report/run_directory.h"
#include "faultline/report/run_report.h"
#include "faultline/testing/matchers.h"
#include "faultline/testing/test_run.h"

namespace faultline {

// The fixture of every test on virtual machines. Owns the run directory, then
// the cluster. TearDown heals the network, gathers the evidence (journals,
// consoles, result.json) before power-off, each step guarded so that none hides
// the first cause. One cluster a test.
//
//   TEST_F(Environment, ThreeNodesBoot) {
//     Cluster& cluster = Boot({.nodes = 3});
//     cluster.node(1).Succeed("ping -c 1 node2", Within(5s));
//   }
class ClusterTest : public testing::Test {
 public:
  ~ClusterTest() override;

 protected:
  void SetUp() override;
  void TearDown() override;

  // The nodes, each answering: clones of a booted guest, or booted from
  // power-on if `options` or FAULTLINE_COLD say so, they netboot, or no
  // checkpoint can be kept on this machine (which is said). Also sets
  // TimeScale() from this machine's speed.
  Cluster& Boot(const ClusterOptions& options = {});
  // The nodes, powered off.
  Cluster& MakeCluster(const ClusterOptions& options);
  // They continue from the checkpoint that `find` finds (`first` as in
  // Cluster::Resume). False if that is not wanted, or `find` throws
  // NoCheckpointsError, which goes into the report; they are new ones then. All
  // else that is thrown comes out: a checkpoint that cannot be made or resumed,
  // or a service that does not go on, must not hide behind a cold boot.
  bool Resume(const std::function<CheckpointLease()>& find,
              const std::function<void()>& first = {});
  const GuestImage& image();
  const Accelerator& accelerator();
  Cluster& cluster() { return *cluster_; }
  bool booted() const { return cluster_ != nullptr; }

  const TestRun& run() const { return run_; }
  RunDirectory& run_directory() { return *run_directory_; }
  // The history of this test, streamed to history.jsonl; made on first use,
  // with the facts recorded so far as its metadata.
  Recorder& recorder();

  // A fact for the report: a version, a setting.
  void RecordFact(const std::string& name, const std::string& value) {
    report_.facts[name] = value;
  }
  // Whose scenario this is: "ChainFire".
  void RecordRole(const std::string& role) { report_.role = role; }
  // The scenario needs this capability, which the service does not have.
  void RecordGap(const std::string& capability) { report_.gap = capability; }
  // What was recorded under that name; empty if nothing was.
  std::string fact(const std::string& name) const {
    const auto found = report_.facts.find(name);
    return found == report_.facts.end() ? "" : found->second;
  }
  // Called by TearDown when the evidence of running machines was gathered and
  // all are off: their disks are still there. May fail the test.
  virtual void JudgeDisks() {}

  // Keeps a verdict for the report and returns it:
  // EXPECT_THAT(Record(CheckAgreement(logs)), Holds()).
  Verdict Record(Verdict verdict);
  void RecordOutages(const std::vector<Outage>& outages) {
    report_.outages = outages;
  }
  void RecordAcknowledged(std::int64_t count) { report_.acknowledged = count; }

 private:
  void LookAtThisMachine();
  bool TryToResume(const std::function<void()>& resume);
  void RecordBoot(const std::string& how, TimePoint begin);
  void GatherNodeEvidence(Node& node);
  void GatherEvidence();
  void PowerOff();
  void WriteReport();

  TestRun run_;
  RunReport report_;
  std::chrono::steady_clock::time_point started_;
  std::optional<GuestImage> image_;
  Accelerator accelerator_;
  std::unique_ptr<RunDirectory> run_directory_;
  std::unique_ptr<Recorder> recorder_;
  std::unique_ptr<Cluster> cluster_;
  std::mutex facts_mutex_;  // while nodes are asked side by side
};

}  // namespace faultline
