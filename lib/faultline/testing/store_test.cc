#include "faultline/testing/store_test.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "faultline/base/environment.h"
#include "faultline/base/error.h"
#include "faultline/check/availability.h"
#include "faultline/fault/catalogue/fault_catalogue.h"
#include "faultline/service/formed_checkpoint.h"
#include "faultline/service/randomize_leader.h"

namespace faultline {
namespace {

using std::chrono_literals::operator""s;

// FAULTLINE_PLANT=lost-write feeds the oracles one lost write, to try what a
// failure looks like (docs/running.md).
void PlantDefect(std::vector<CommitLog>& logs, const History& history) {
  const auto plant = Environment("FAULTLINE_PLANT");
  if (!plant) return;
  if (*plant != "lost-write")
    throw UsageError(
        fmt::format("FAULTLINE_PLANT: unknown defect \"{}\"", *plant));
  for (const Operation& operation : history.operations) {
    if (operation.kind != OperationKind::kWrite ||
        operation.outcome != Outcome::kOk)
      continue;
    for (CommitLog& log : logs) {
      std::erase_if(log.commits, [&](const Commit& commit) {
        return commit.value == operation.value;
      });
    }
    return;
  }
}

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

StoreTest::~StoreTest() = default;

void StoreTest::MakeStore() {
  store_ = binding_.make(cluster());
  RecordFact("store", store_->name());
  for (const auto& [name, value] : store_->settings()) RecordFact(name, value);
}

void StoreTest::BootNodes(int nodes) {
  Boot({.nodes = nodes, .ports = binding_.ports});
  MakeStore();
}

void StoreTest::FormCluster(int nodes) {
  MakeCluster({.nodes = nodes, .ports = binding_.ports});
  MakeStore();
  const FormedCluster formed{.role = binding_.role,
                             .nodes = nodes,
                             .ports = binding_.ports,
                             .make_store = binding_.make,
                             .configuration = store().configuration()};
  if (Resume(
          [&] {
            return FormedCheckpoint(formed, image(), accelerator(),
                                    Within(240s));
          },
          [&] { store().Attach(cluster().nodes(), Within(30s)); })) {
    const auto leaders = RandomizeLeader(store(), run().seed, Within(30s));
    RecordFact("leaders drawn", fmt::format("{}", fmt::join(leaders, ", ")));
    return;
  }
  store_.reset();
  BootNodes(nodes);
  store().Form(cluster().nodes(), Within(60s));
}

std::vector<Node*> StoreTest::followers(const Node& leader) {
  std::vector<Node*> others;
  for (Node* node : store().nodes()) {
    if (node != &leader) others.push_back(node);
  }
  return others;
}

void StoreTest::StartWatch() {
  if (watchers_ || store().watch() == nullptr) return;
  watchers_ = std::make_unique<Watchers>(
      store(), std::vector<WatchTraffic>{{.request = {.prefix = true}}},
      run_directory().path() / "watch.jsonl", recorder());
  watchers_->Start();
}

// What the watch brought is judged by logs that are read after its end: a late
// change may come to it first.
void StoreTest::EndWatch(std::vector<Verdict>& verdicts) {
  if (!watchers_) return;
  try {
    watchers_->Finish(evidence_.commits.front(), Within(30s));
  } catch (const TimeoutError& error) {
    verdicts.push_back(Record({Judgement::kViolated,
                               "when all is healed, a watch catches up",
                               {error.what()}}));
  }
  ReadAllLogs();
  evidence_.watches = watchers_->trace();
  watchers_.reset();
}

void StoreTest::StartProcessorWatch() {
  processor_watch_ = std::make_unique<ProcessorWatch>([this] {
    std::map<pid_t, ProcessorUse> uses;
    for (Node* node : cluster().nodes()) {
      const pid_t pid = node->machine().pid();
      if (const auto use = ProcessorUseOf(pid)) uses[pid] = *use;
    }
    return uses;
  });
}

Workload& StoreTest::StartLoad(const WorkloadOptions& options,
                               const StoreTraffic& traffic) {
  StartWatch();
  StartProcessorWatch();
  load_reads_ = traffic.read_share > 0;
  load_ = std::make_unique<StoreWorkload>(store(), traffic, options, run().seed,
                                          recorder());
  load_->Start();
  return *load_;
}

MembershipControl& StoreTest::membership() {
  if (MembershipControl* members = store().membership()) return *members;
  throw GapError({.capability = capability::kMembership,
                  .needed_by = run().name,
                  .service = store().name()});
}

ActiveFault StoreTest::Inject(
    const std::string& kind, const std::vector<Node*>& nodes,
    const std::map<std::string, std::string>& parameters) {
  FaultSpec spec{.kind = kind, .targets = {}, .parameters = parameters};
  for (const Node* node : nodes) spec.targets.push_back(node->name());
  return InjectFault(fault_context(), recorder(), spec);
}

Duration StoreTest::ElectionBound() const {
  return store_->election_timeout() + Scaled(3s);
}

// Members wait for once to twice the same time before they stand.
Duration StoreTest::ContinuityBound() const {
  return store_->election_timeout() / 2;
}

void StoreTest::ReadAllLogs() {
  evidence_.commits = store().ReadAllLogs(Within(30s));
  PlantDefect(evidence_.commits, history());
}

// The load's end, kept before anything is asked of the members.
void StoreTest::StopLoad() {
  StoreWorkloadResult result;
  if (load_) result = load_->Stop();
  load_.reset();
  RecordOutages(FindOutages(result.probes));
  RecordAcknowledged(result.history.CountAcknowledged());
  evidence_.trace = std::move(result.trace);
  evidence_.probes = std::move(result.probes);
  evidence_.history =
      std::make_shared<const History>(std::move(result.history));
  WriteRunEvidence(evidence_, run_directory().path());
}

void StoreTest::RecordProcessorWait() {
  if (!processor_watch_) return;
  const auto wait =
      processor_watch_->LongestWait(TimeOf(0), TimeOf(recorder().Now()));
  RecordFact("waited for a processor",
             fmt::format("{:.0f} %", 100 * wait.value_or(0)));
}

void StoreTest::KeepPromises() {
  run_directory().Write("promises.json", ToJson(promises_));
}

Verdict StoreTest::Judge() {
  RecordProcessorWait();
  StopLoad();
  store().WaitForAgreement(Within(30s));
  ReadAllLogs();
  std::vector<Verdict> verdicts;
  EndWatch(verdicts);
  WriteRunEvidence(evidence_, run_directory().path());
  promises_.raft = true;
  if (load_reads_) promises_.model = "map";
  KeepPromises();
  for (Verdict& verdict : JudgeRun(evidence_, promises_, CheckBudget()))
    verdicts.push_back(Record(std::move(verdict)));
  return Combine(WhatToShow(std::move(verdicts)));
}

TimePoint StoreTest::TimeOf(std::int64_t recorded_ns) {
  const TimePoint began =
      std::chrono::steady_clock::now() - Duration(recorder().Now());
  return began + Duration(recorded_ns);
}

double StoreTest::ProcessorWaitIn(const std::vector<Outage>& outages) {
  if (!processor_watch_ || outages.empty()) return 0;
  double least = 1;
  for (const Outage& outage : outages) {
    const auto wait = processor_watch_->LongestWait(TimeOf(outage.begin_ns),
                                                    TimeOf(outage.end_ns));
    least = std::min(least, wait.value_or(0));
  }
  return least;
}

Verdict StoreTest::JudgeOutages(Duration limit,
                                std::vector<Downtime> downtimes) {
  outages_judged_ = true;
  RecordFact(kOutageBoundFact, ToText(limit));
  promises_.outage_limit_ns = limit.count();
  promises_.processor_wait =
      ProcessorWaitIn(LateOutages(probes(), limit.count(), downtimes));
  promises_.downtimes = std::move(downtimes);
  KeepPromises();
  return Record(faultline::JudgeOutages(probes(), promises_));
}

Verdict StoreTest::JudgeRecovery() { return JudgeOutages(ElectionBound(), {}); }

Verdict StoreTest::JudgeContinuity() {
  return JudgeOutages(ContinuityBound(), {});
}

Verdict StoreTest::JudgeRecoveryAfterFaults() {
  std::vector<Downtime> downtimes;
  for (const FaultInterval& fault : history().faults)
    downtimes.push_back({fault.begin_ns, fault.end_ns});
  return JudgeOutages(ElectionBound(), std::move(downtimes));
}

void StoreTest::TearDown() {
  load_.reset();
  watchers_.reset();
  processor_watch_.reset();
  ClusterTest::TearDown();
}

}  // namespace faultline
