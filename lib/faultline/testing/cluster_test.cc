#include "faultline/testing/cluster_test.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <ctime>
#include <functional>
#include <thread>

#include "faultline/base/environment.h"
#include "faultline/base/files.h"
#include "faultline/base/log.h"
#include "faultline/base/private_loopback.h"
#include "faultline/cluster/guest_checkpoint.h"
#include "faultline/page/timeline.h"
#include "faultline/testing/listener.h"

namespace faultline {
namespace {

using std::chrono_literals::operator""s;

// A step of gathering evidence must neither hide the first failure nor stop the
// steps after it.
void Guarded(const std::string& step,
             const std::function<void()>& action) noexcept {
  try {
    action();
  } catch (const std::exception& error) {
    Log(LogLevel::kInfo, fmt::format("evidence: {}: {}", step, error.what()));
  }
}

std::string UtcNow() {
  return fmt::format("{:%Y-%m-%dT%H:%M:%SZ}", fmt::gmtime(std::time(nullptr)));
}

std::int64_t NanosecondsSince1970() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

std::string FirstLines(const std::string& text, std::size_t limit = 2000) {
  return text.substr(0, limit);
}

const testing::TestResult& CurrentResult() {
  return *testing::UnitTest::GetInstance()->current_test_info()->result();
}

}  // namespace

ClusterTest::~ClusterTest() = default;

void ClusterTest::SetUp() {
  run_ = CurrentTestRun();
  started_ = std::chrono::steady_clock::now();
  report_.started = UtcNow();
  run_directory_ =
      std::make_unique<RunDirectory>(RunDirectory::Root(), run_.name);
  SetEvidencePath(run_directory_->path());
  report_.test = run_.name;
  report_.seed = run_.gtest_seed;
  report_.rerun = run_.rerun;
  report_.run = Environment("FAULTLINE_RUN_ID").value_or("");
  // For who looks after this program was killed.
  report_.status = "unfinished";
  Guarded("report",
          [&] { run_directory_->Write("result.json", ToJson(report_)); });
  RecordProperty("seed", run_.gtest_seed);
  Log(LogLevel::kInfo, fmt::format("{} seed {}", run_.name, run_.gtest_seed));
}

void ClusterTest::LookAtThisMachine() {
  if (image_) return;
  image_ = LoadGuestImage(DefaultImageDirectory());
  Warden warden;
  accelerator_ = ProbeAccelerator(warden, *image_);
  SetTimeScale(accelerator_.time_scale);
  RecordFact("accelerator",
             fmt::format("{} ({})", accelerator_.name, accelerator_.reason));
  RecordFact("image",
             fmt::format("{} {}", image_->operating_system, image_->id));
  RecordFact("loopback", WhyLoopbackIsShared().empty()
                             ? "private"
                             : "shared: " + WhyLoopbackIsShared());
  RecordFact("time_scale", fmt::format("{}", TimeScale()));
}

const GuestImage& ClusterTest::image() {
  LookAtThisMachine();
  return *image_;
}

const Accelerator& ClusterTest::accelerator() {
  LookAtThisMachine();
  return accelerator_;
}

void ClusterTest::RecordBoot(const std::string& how, TimePoint begin) {
  const Duration took = std::chrono::steady_clock::now() - begin;
  RecordFact("boot", fmt::format("{}: {}", how, ToText(took)));
  Log(LogLevel::kInfo, fmt::format("{} nodes ready after {} ({})",
                                   cluster_->size(), ToText(took), how));
}

Cluster& ClusterTest::MakeCluster(const ClusterOptions& options) {
  // First: it may look at this machine, for which the deadline is not meant.
  const GuestImage& guest = image();
  cluster_ = std::make_unique<Cluster>(options, guest, Within(20s));
  return *cluster_;
}

bool ClusterTest::TryToResume(const std::function<void()>& resume) {
  const ClusterOptions options = cluster_->options();
  if (options.cold || options.boot_path == BootPath::kNetboot ||
      Environment("FAULTLINE_COLD"))
    return false;
  try {
    resume();
    return true;
  } catch (const NoCheckpointsError& error) {
    RecordFact("not resumed", error.what());
    Log(LogLevel::kError, fmt::format("not resumed: {}", error.what()));
    MakeCluster(options);
    return false;
  }
}

bool ClusterTest::Resume(const std::function<CheckpointLease()>& find,
                         const std::function<void()>& first) {
  return TryToResume([&] {
    const CheckpointLease lease = find();
    const std::string name = lease.checkpoint.directory.filename().string();
    RecordFact("checkpoint", name);
    const TimePoint begin = std::chrono::steady_clock::now();
    cluster_->Resume(lease.checkpoint, Within(30s), first);
    RecordBoot("resumed from " + name, begin);
  });
}

Cluster& ClusterTest::Boot(const ClusterOptions& options) {
  MakeCluster(options);
  if (TryToResume([&] {
        const GuestCheckpoints guests =
            GuestsFor(options, image(), accelerator(), Within(120s));
        RecordFact("checkpoint", guests.Names());
        const TimePoint begin = std::chrono::steady_clock::now();
        cluster_->Resume(guests.machines, Within(30s));
        RecordBoot("resumed from " + guests.Names(), begin);
      }))
    return *cluster_;
  const TimePoint begin = std::chrono::steady_clock::now();
  cluster_->Start(Within(60s));
  RecordBoot("booted", begin);
  return *cluster_;
}

Recorder& ClusterTest::recorder() {
  if (!recorder_) {
    auto metadata = report_.facts;
    metadata["test"] = run_.name;
    metadata["seed"] = std::to_string(run_.gtest_seed);
    metadata[kBeganFact] = std::to_string(NanosecondsSince1970());
    recorder_ = std::make_unique<Recorder>(
        run_directory_->path() / "history.jsonl", metadata);
  }
  return *recorder_;
}

Verdict ClusterTest::Record(Verdict verdict) {
  report_.verdicts.push_back(verdict);
  return verdict;
}

void ClusterTest::GatherNodeEvidence(Node& node) {
  Guarded(node.name() + " console", [&] {
    WriteFileAtomically(run_directory_->path() / (node.name() + "-console.log"),
                        ReadFile(ConsolePath(node.machine().options())));
  });
  if (!node.Running()) return;
  Guarded(node.name() + " journal", [&] {
    const auto journal = node.Execute(
        "TZ=UTC journalctl --no-pager -o short-precise", Within(8s));
    run_directory_->Write(node.name() + "-journal.log",
                          journal.standard_output);
  });
  // So that the journal's times can be laid beside the history's.
  Guarded(node.name() + " clock", [&] {
    const std::int64_t before = NanosecondsSince1970();
    const std::string clock = node.Succeed("date +%s%N", Within(8s));
    const std::int64_t after = NanosecondsSince1970();
    const std::lock_guard lock(facts_mutex_);
    RecordFact(ClockFact(node.name()),
               std::to_string(std::stoll(clock) - (before + after) / 2));
  });
}

void ClusterTest::GatherEvidence() {
  if (!cluster_) return;
  Guarded("heal", [&] { cluster_->network().HealAll(); });
  std::vector<std::jthread> threads;
  for (Node* node : cluster_->nodes())
    threads.emplace_back([this, node] { GatherNodeEvidence(*node); });
}

void ClusterTest::WriteReport() {
  const std::chrono::duration<double> seconds =
      std::chrono::steady_clock::now() - started_;
  report_.seconds = seconds.count();
  const testing::TestResult& result = CurrentResult();
  for (const testing::TestPartResult& failure : FailuresOf(result))
    report_.failures.push_back(FirstLines(failure.message()));
  report_.status = StatusOf(result);
  run_directory_->Write("result.json", ToJson(report_));
}

void ClusterTest::PowerOff() {
  if (!cluster_) return;
  for (Node* node : cluster_->nodes()) node->PowerCut();
}

void ClusterTest::TearDown() {
  GatherEvidence();
  Guarded("power off", [&] { PowerOff(); });
  try {
    JudgeDisks();
  } catch (const std::exception& error) {
    ADD_FAILURE() << "the disks cannot be judged: " << error.what();
  }
  Guarded("cluster's end", [&] { cluster_.reset(); });
  if (!run_directory_) return;
  Guarded("report", [&] { WriteReport(); });
  Guarded("timeline", [&] { WriteTimeline(run_directory_->path()); });
}

}  // namespace faultline
