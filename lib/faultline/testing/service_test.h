#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "faultline/check/judge_run.h"
#include "faultline/fault/active_fault.h"
#include "faultline/service/binding.h"
#include "faultline/service/managed_service.h"
#include "faultline/testing/cluster_test.h"
#include "faultline/workload/processor_waits.h"
#include "faultline/workload/workload.h"

namespace faultline {

// The fixture of scenarios on a service of any role: given a formed service
// under load, when a fault of the catalogue bites, then promises hold.
//
//   SERVICE_TEST_F(WebTest, ServerKilled) {
//     FormService(kWeb, 2);
//     Workload& load = StartLoad(std::make_shared<WebDriver>(service()));
//     load.WaitForAcknowledged(20, Within(30s));
//     ActiveFault killed = Inject("process-kill", {service().nodes()[0]});
//     killed.Recover();
//     EXPECT_THAT(Judge({.model = "page"}), Holds());
//     EXPECT_THAT(JudgeOutages(10s), Holds());
//   }
class ServiceTest : public ClusterTest {
 public:
  ~ServiceTest() override;

 protected:
  void TearDown() override;

  // Runs a scenario's body. What a binding cannot do (GapError) ends it as a
  // gap, which is no pass: skipped, or failed if FAULTLINE_STRICT is set.
  void RunScenario(const std::function<void()>& body);

  // Boots nodes, the service not started.
  void BootService(const ServiceBinding& binding, const NodeSpecs& nodes);
  // The same with all that a cluster can be.
  void BootService(const ServiceBinding& binding,
                   const ClusterOptions& options);
  // A formed service, of which every node answers. True: resumed from a
  // checkpoint; false: booted and formed.
  bool FormService(const ServiceBinding& binding, const NodeSpecs& nodes);
  // The same with all that a cluster can be, for a service that is asked over
  // SSH: it is attached once the nodes have their identity.
  bool FormServiceOverSsh(const ServiceBinding& binding,
                          const ClusterOptions& options, Duration form_limit);
  ManagedService& service() { return *service_; }
  // For a fixture that needs it longer than TearDown keeps it, which is as long
  // as the machines run.
  std::unique_ptr<ManagedService> ReleaseService() {
    return std::move(service_);
  }

  // A fault of the catalogue (docs/faults.md), recorded in the history. It has
  // taken effect when this returns, and is healed at the end of the scope at
  // the latest. Throws GapError if the service lacks what it needs.
  ActiveFault Inject(const std::string& kind, const std::vector<Node*>& nodes,
                     const std::map<std::string, std::string>& parameters = {});
  FaultContext fault_context() { return {cluster(), service()}; }

  // Load on all nodes; stopped by Judge at the latest.
  Workload& StartLoad(std::shared_ptr<LoadDriver> driver,
                      const WorkloadOptions& options = {});

  // Stops the load and asks everything that its evidence can be asked under
  // these promises (check/judge_run.h). Evidence and promises stay in the run
  // directory.
  Verdict Judge(const Promises& promises);
  // After Judge: whether no outage was longer than `limit`, counted from the
  // end of the downtimes that it touches. If one was and a machine waited for a
  // processor most of the time meanwhile, the host is to blame, and nothing is
  // said of the service (kUnknown).
  Verdict JudgeOutages(Duration limit, std::vector<Downtime> downtimes = {});
  // Whether that was called: a scenario without a bound would hold after any
  // outage.
  bool outages_judged() const { return outages_judged_; }

  // After Judge.
  const std::vector<Probe>& probes() const { return evidence_.probes; }
  const History& history() const { return *evidence_.history; }

  // For fixtures of a role: the load, its end, and what else was recorded.
  Workload& UseLoad(std::unique_ptr<Workload> load);
  bool under_load() const { return load_ != nullptr; }
  Workload& load() { return *load_; }
  void TakeResult(WorkloadResult result);
  // Called by Judge; the default stops the load.
  virtual void StopLoad();
  RunEvidence& evidence() { return evidence_; }
  const Promises& promises() const { return promises_; }
  // Writes what the evidence holds so far.
  void KeepEvidence();

 private:
  void MakeService(const ServiceBinding& binding);
  void RecordProcessorWait();
  void KeepPromises();

  std::unique_ptr<ManagedService> service_;
  std::unique_ptr<Workload> load_;
  std::unique_ptr<ProcessorWaits> processor_waits_;
  RunEvidence evidence_{.history = std::make_shared<const History>()};
  Promises promises_;
  bool outages_judged_ = false;
};

}  // namespace faultline

// A test of the fixture, <fixture>.<name>, whose gaps are gaps:
// SERVICE_TEST_F(WebTest, ServerKilled) { ... }
#define SERVICE_TEST_F(fixture, name)                                \
  class fixture##name##Scenario : public fixture {                   \
    void TestBody() override {                                       \
      RunScenario([this] { Scenario(); });                           \
    }                                                                \
    void Scenario();                                                 \
  };                                                                 \
  [[maybe_unused]] const auto* const kRegistered##fixture##name =    \
      ::testing::RegisterTest(                                       \
          #fixture, #name, nullptr, nullptr, __FILE__, __LINE__,     \
          []() -> fixture* { return new fixture##name##Scenario; }); \
  void fixture##name##Scenario::Scenario()
