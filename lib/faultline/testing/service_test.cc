#include "faultline/testing/service_test.h"

#include <fmt/format.h>

#include <algorithm>

#include "faultline/base/environment.h"
#include "faultline/base/error.h"
#include "faultline/check/availability.h"
#include "faultline/fault/catalogue/fault_catalogue.h"
#include "faultline/service/formed_checkpoint.h"

namespace faultline {
namespace {

using std::chrono_literals::operator""s;

// The workload's histories take milliseconds; a test must end all the same.
CheckOptions CheckBudget() {
  CheckOptions options;
  options.time = 30s;
  options.memory_bytes = std::uint64_t{1} << 30;
  return options;
}

// Only what did not hold, unless everything did.
std::vector<Verdict> WhatToShow(std::vector<Verdict> verdicts) {
  const auto holds = [](const Verdict& verdict) { return verdict.Holds(); };
  if (!std::ranges::all_of(verdicts, holds)) std::erase_if(verdicts, holds);
  return verdicts;
}

}  // namespace

ServiceTest::~ServiceTest() = default;

void ServiceTest::RunScenario(const std::function<void()>& body) {
  try {
    body();
  } catch (const GapError& error) {
    RecordGap(std::string(error.gap().capability.name()));
    RecordFact("gap", error.what());
    if (Environment("FAULTLINE_STRICT")) FAIL() << error.what();
    GTEST_SKIP() << error.what();
  }
}

void ServiceTest::MakeService(const ServiceBinding& binding) {
  service_ = binding.make(cluster());
  RecordFact("store", service().name());
  for (const auto& [name, value] : service().settings())
    RecordFact(name, value);
}

void ServiceTest::BootService(const ServiceBinding& binding,
                              const NodeSpecs& nodes) {
  BootService(binding, ClusterOptions{.nodes = nodes, .ports = binding.ports});
}

void ServiceTest::BootService(const ServiceBinding& binding,
                              const ClusterOptions& options) {
  RecordRole(binding.role);
  Boot(options);
  MakeService(binding);
}

bool ServiceTest::FormService(const ServiceBinding& binding,
                              const NodeSpecs& nodes) {
  RecordRole(binding.role);
  MakeCluster({.nodes = nodes, .ports = binding.ports});
  MakeService(binding);
  const FormedCluster formed{.binding = binding,
                             .nodes = nodes,
                             .configuration = service().configuration()};
  const bool resumed = Resume(
      [&] {
        return FormedCheckpoint(formed, image(), accelerator(), Within(240s));
      },
      [&] { service().Attach(cluster().nodes(), Within(30s)); });
  if (resumed) return true;
  service_.reset();
  BootService(binding, nodes);
  service().Form(cluster().nodes(), Within(60s));
  return false;
}

bool ServiceTest::FormServiceOverSsh(const ServiceBinding& binding,
                                     const ClusterOptions& options,
                                     Duration form_limit) {
  RecordRole(binding.role);
  MakeCluster(options);
  MakeService(binding);
  const FormedCluster formed{.binding = binding,
                             .nodes = options.nodes,
                             .shared_disks = options.shared_disks,
                             .configuration = service().configuration()};
  const bool resumed = Resume([&] {
    return FormedCheckpoint(formed, image(), accelerator(),
                            Within(2 * form_limit));
  });
  if (resumed) {
    service().Attach(cluster().nodes(), Within(form_limit));
    return true;
  }
  service_.reset();
  BootService(binding, options);
  service().Form(cluster().nodes(), Within(form_limit));
  return false;
}

ActiveFault ServiceTest::Inject(
    const std::string& kind, const std::vector<Node*>& nodes,
    const std::map<std::string, std::string>& parameters) {
  FaultSpec spec{.kind = kind, .targets = {}, .parameters = parameters};
  for (const Node* node : nodes) spec.targets.push_back(node->name());
  return InjectFault(fault_context(), recorder(), spec);
}

Workload& ServiceTest::StartLoad(std::shared_ptr<LoadDriver> driver,
                                 const WorkloadOptions& options) {
  return UseLoad(std::make_unique<Workload>(std::move(driver), options,
                                            run().seed, recorder()));
}

Workload& ServiceTest::UseLoad(std::unique_ptr<Workload> load) {
  processor_waits_ =
      std::make_unique<ProcessorWaits>(LookAtMachines(service()), recorder());
  load_ = std::move(load);
  load_->Start();
  return *load_;
}

void ServiceTest::StopLoad() {
  if (load_) TakeResult(load_->Stop());
}

void ServiceTest::TakeResult(WorkloadResult result) {
  load_.reset();
  RecordOutages(FindOutages(result.probes));
  RecordAcknowledged(result.history.CountAcknowledged());
  evidence_.probes = std::move(result.probes);
  evidence_.history =
      std::make_shared<const History>(std::move(result.history));
}

void ServiceTest::KeepEvidence() {
  WriteRunEvidence(evidence_, run_directory().path());
}

void ServiceTest::KeepPromises() {
  run_directory().Write("promises.json", ToJson(promises_));
}

Verdict ServiceTest::Judge(const Promises& promises) {
  RecordProcessorWait();
  StopLoad();
  KeepEvidence();
  promises_ = promises;
  KeepPromises();
  std::vector<Verdict> verdicts;
  for (Verdict& verdict : JudgeRun(evidence_, promises_, CheckBudget()))
    verdicts.push_back(Record(std::move(verdict)));
  return Combine(WhatToShow(std::move(verdicts)));
}

void ServiceTest::RecordProcessorWait() {
  if (!processor_waits_) return;
  RecordFact("waited for a processor",
             fmt::format("{:.0f} %", 100 * processor_waits_->Longest()));
}

Verdict ServiceTest::JudgeOutages(Duration limit,
                                  std::vector<Downtime> downtimes) {
  outages_judged_ = true;
  RecordFact(kOutageBoundFact, ToText(limit));
  promises_.outage_limit_ns = limit.count();
  if (processor_waits_) {
    promises_.processor_wait = processor_waits_->LeastIn(
        LateOutages(probes(), limit.count(), downtimes));
  }
  promises_.downtimes = std::move(downtimes);
  KeepPromises();
  return Record(faultline::JudgeOutages(probes(), promises_));
}

void ServiceTest::TearDown() {
  load_.reset();
  processor_waits_.reset();
  // It may have threads of its own, that use the cluster.
  service_.reset();
  ClusterTest::TearDown();
}

}  // namespace faultline
