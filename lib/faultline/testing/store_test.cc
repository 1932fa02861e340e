#include "faultline/testing/store_test.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <limits>

#include "faultline/base/environment.h"
#include "faultline/base/error.h"
#include "faultline/check/check_persisted.h"
#include "faultline/check/watch_count.h"
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

// The highest term in which a member named a leader, within [from, until).
std::uint64_t LastTermWithALeader(const RaftTrace& trace, std::int64_t from,
                                  std::int64_t until) {
  std::uint64_t term = 0;
  for (const MemberObservation& seen : trace) {
    if (!seen.leader.empty() && seen.at_ns >= from && seen.at_ns < until)
      term = std::max(term, seen.term);
  }
  return term;
}

constexpr std::int64_t kEver = std::numeric_limits<std::int64_t>::max();

Verdict CheckDeposedOnReturn(const RaftTrace& trace, std::int64_t heard_ns) {
  const std::uint64_t before = LastTermWithALeader(trace, 0, heard_ns);
  const std::uint64_t after = LastTermWithALeader(trace, heard_ns, kEver);
  return {after > before ? Judgement::kHolds : Judgement::kViolated,
          "a member that comes back deposes its leader, a known bug",
          {fmt::format(
              "a leader in term {} before, in term {} after{}", before, after,
              after > before ? "" : ": is it fixed in this version?")}};
}

Verdict CheckContinuityUntil(std::int64_t heard_ns, std::vector<Probe> probes,
                             Duration limit) {
  std::erase_if(probes,
                [&](const Probe& probe) { return probe.due_ns >= heard_ns; });
  Verdict verdict{Judgement::kHolds,
                  "no outage is longer than " + ToText(limit) +
                      " before that member is heard again",
                  {}};
  for (const Outage& late : LateOutages(probes, limit.count())) {
    verdict.judgement = Judgement::kViolated;
    verdict.evidence.push_back(
        fmt::format("an outage of {}", ToText(Duration(late.length_ns()))));
  }
  return verdict;
}

}  // namespace

StoreTest::~StoreTest() = default;

void StoreTest::BootNodes(int nodes) {
  BootService(binding_.AsService(), binding_.Nodes(nodes));
}

void StoreTest::FormCluster(int nodes) {
  if (!FormService(binding_.AsService(), binding_.Nodes(nodes))) return;
  const auto leaders = RandomizeLeader(store(), run().seed, Within(30s));
  RecordFact("leaders drawn", fmt::format("{}", fmt::join(leaders, ", ")));
}

std::vector<Node*> StoreTest::followers(const Node& leader) {
  std::vector<Node*> others;
  for (Node* node : store().nodes()) {
    if (node != &leader) others.push_back(node);
  }
  return others;
}

void StoreTest::Require(const Capability& capability) const {
  if (binding_.capabilities.contains(capability)) return;
  throw GapError({.capability = capability,
                  .needed_by = run().name,
                  .service = "the service of " + binding_.role});
}

MembershipControl& StoreTest::membership() {
  if (MembershipControl* members = store().membership()) return *members;
  throw GapError({.capability = capability::kMembership,
                  .needed_by = run().name,
                  .service = store().name()});
}

bool StoreTest::HasKnownBug(const std::string& name) {
  const auto bugs = store().known_bugs();
  const auto bug = std::ranges::find(bugs, name, &KnownBug::name);
  if (bug == bugs.end()) return false;
  RecordFact("known bug", bug->description);
  return true;
}

std::vector<WatchTraffic> StoreTest::Watches() {
  return {{.request = {.prefix = true}}};
}

void StoreTest::StartWatch() {
  if (watchers_ || store().watch() == nullptr) return;
  watchers_ = std::make_unique<Watchers>(
      store(), Watches(), run_directory().path() / "watch.jsonl", recorder());
  watchers_->Start();
}

// What the watch brought is judged by logs that are read after its end: a late
// change may come to it first.
Verdict StoreTest::EndWatch() {
  constexpr char kProperty[] = "when all is healed, a watch catches up";
  Verdict caught_up{Judgement::kHolds, kProperty, {}};
  try {
    watchers_->Finish(evidence().commits.front(), Within(30s));
  } catch (const TimeoutError& error) {
    caught_up = {Judgement::kViolated, kProperty, {error.what()}};
  }
  ReadAllLogs();
  evidence().watches = watchers_->trace();
  watchers_.reset();
  return Record(std::move(caught_up));
}

Workload& StoreTest::StartLoad(const WorkloadOptions& options,
                               const StoreTraffic& traffic) {
  StartWatch();
  load_reads_ = traffic.read_share > 0;
  return UseLoad(std::make_unique<StoreWorkload>(store(), traffic, options,
                                                 run().seed, recorder()));
}

Duration StoreTest::ContinuityBound() {
  return store().shortest_election_timeout();
}

void StoreTest::ReadAllLogs() {
  evidence().commits = store().ReadAllLogs(Within(30s));
  PlantDefect(evidence().commits, history());
}

void StoreTest::StopLoad() {
  if (!under_load()) return;
  StoreWorkloadResult result = static_cast<StoreWorkload&>(load()).Stop();
  evidence().trace = std::move(result.trace);
  TakeResult(std::move(result));
}

Verdict StoreTest::Judge() {
  StopLoad();
  KeepEvidence();
  judged_ = true;
  store().WaitForAgreement(Within(30s));
  ReadAllLogs();
  Verdict watched{Judgement::kHolds, "no watch", {}};
  if (watchers_) watched = EndWatch();
  Verdict judged =
      ServiceTest::Judge({.model = load_reads_ ? "map" : "", .raft = true});
  return watched.Holds() ? judged : Combine({watched, judged});
}

Verdict StoreTest::JudgeRecovery() {
  return JudgeOutages(store().ElectionBound());
}

Verdict StoreTest::JudgeContinuity() { return JudgeOutages(ContinuityBound()); }

Verdict StoreTest::JudgeContinuityWithAReturn(std::int64_t heard_ns) {
  if (!HasKnownBug(known_bug::kReturnDeposesLeader)) return JudgeContinuity();
  std::vector<Verdict> verdicts = {
      Record(CheckDeposedOnReturn(trace(), heard_ns)),
      Record(CheckContinuityUntil(heard_ns, probes(), ContinuityBound())),
      JudgeRecovery()};
  std::erase_if(verdicts, [](const Verdict& each) { return each.Holds(); });
  return verdicts.empty() ? Verdict{Judgement::kHolds, "continuity", {}}
                          : Combine(verdicts);
}

Verdict StoreTest::JudgeContinuityWithShortCuts() {
  const bool deposed =
      HasKnownBug(known_bug::kReturnDeposesLeader) &&
      LastTermWithALeader(trace(), 0, kEver) >
          LastTermWithALeader(trace(), 0, history().faults.at(0).begin_ns);
  return deposed ? JudgeRecovery() : JudgeContinuity();
}

Verdict StoreTest::JudgeRecoveryAfterFaults() {
  std::vector<Downtime> downtimes;
  for (const FaultInterval& fault : history().faults)
    downtimes.push_back({fault.begin_ns, fault.end_ns});
  return JudgeOutages(store().ElectionBound(), std::move(downtimes));
}

// The copies stay only where something did not hold.
void StoreTest::JudgeDisks() {
  if (!stopped_) return;
  const TimePoint began = std::chrono::steady_clock::now();
  const auto copies = run_directory().path() / "disks";
  auto& store = static_cast<ReplicatedStore&>(*stopped_);
  evidence().disks = ReadPersistedLogs(store, copies, Within(20s));
  if (evidence().disks.empty()) return;
  KeepEvidence();
  if (evidence().watches) {
    const auto& disks = evidence().disks;
    const WatchedRun run{*evidence().watches,
                         MajorityChanges(disks, disks.size())};
    RecordFact("watches, by the disks", ToText(CountWatches(run)));
  }
  bool held = true;
  for (Verdict& verdict : JudgePersisted(evidence(), promises())) {
    EXPECT_THAT(Record(verdict), Holds());
    held = held && verdict.Holds();
  }
  if (held) std::filesystem::remove_all(copies);
  const Duration took = std::chrono::steady_clock::now() - began;
  RecordFact("disks read in", ToText(took));
}

void StoreTest::TearDown() {
  watchers_.reset();
  if (judged_) stopped_ = ReleaseService();
  ServiceTest::TearDown();
}

}  // namespace faultline
