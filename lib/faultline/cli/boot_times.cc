#include "faultline/cli/boot_times.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "faultline/base/error.h"
#include "faultline/base/processor_time.h"
#include "faultline/base/temporary_directory.h"
#include "faultline/cluster/guest_checkpoint.h"
#include "faultline/service/formed_checkpoint.h"
#include "faultline/service/registry/store_bindings.h"

namespace faultline {
namespace {

using std::chrono_literals::operator""s;

const StoreBinding& Binding() { return StoreBindings().front(); }

ClusterOptions ThreeMembers() {
  return {.nodes = Binding().Nodes(3), .ports = Binding().ports};
}

class Stopwatch {
 public:
  explicit Stopwatch(BootFigures& figures) : figures_(figures) {}
  void Reached(const std::string& stage) {
    const std::chrono::duration<double> seconds =
        std::chrono::steady_clock::now() - begin_;
    figures_[stage].push_back(seconds.count());
  }

 private:
  BootFigures& figures_;
  const TimePoint begin_ = std::chrono::steady_clock::now();
};

// The sum of the lines of smaps_rollup that start with `prefix`, in MiB.
double MemoryMib(pid_t pid, const std::string& prefix) {
  std::ifstream lines(fmt::format("/proc/{}/smaps_rollup", pid));
  double kib = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with(prefix))
      kib += std::stod(line.substr(line.find(':') + 1));
  }
  return kib / 1024;
}

void AddCosts(Cluster& cluster, BootFigures& figures) {
  for (Node* node : cluster.nodes()) {
    const pid_t pid = node->machine().pid();
    figures["resident MiB a VM"].push_back(MemoryMib(pid, "Rss"));
    figures["unshared MiB a VM"].push_back(MemoryMib(pid, "Private_Dirty"));
    figures["processor seconds a VM"].push_back(
        ProcessorSeconds(pid).value_or(0));
  }
}

void Write(ReplicatedStore& store, Node& node) {
  const StoreReply put = store.Connect(node)->Put("key", "value", Within(10s));
  if (put.outcome != Outcome::kOk) throw CommandError("put: " + put.error);
}

void FormAndWrite(Cluster& cluster, Stopwatch& watch) {
  const auto store = Binding().make(cluster);
  store->Form(cluster.nodes(), Within(60s));
  watch.Reached("a leader");
  Write(*store, store->WaitForLeader(Within(30s)));
  watch.Reached(kCommittedWrite);
}

CheckpointLease Guest(const GuestImage& image, const Accelerator& accelerator) {
  return GuestCheckpoint(image, accelerator, {}, Within(120s));
}

CheckpointLease Formed(const GuestImage& image,
                       const Accelerator& accelerator) {
  Cluster unstarted(ThreeMembers(), image, Within(20s));
  return FormedCheckpoint(
      {.binding = Binding().AsService(),
       .nodes = Binding().Nodes(3),
       .configuration = Binding().make(unstarted)->configuration()},
      image, accelerator, Within(240s));
}

double DiskMib(const std::filesystem::path& directory) {
  double bytes = 0;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(directory)) {
    struct stat status{};
    constexpr double kSector = 512;
    if (::stat(entry.path().c_str(), &status) == 0)
      bytes += kSector * static_cast<double>(status.st_blocks);
  }
  return bytes / (1024 * 1024);
}

}  // namespace

void MeasureCold(const GuestImage& image, BootFigures& figures) {
  Stopwatch watch(figures);
  Cluster cluster(ThreeMembers(), image, Within(20s));
  cluster.Start(Within(60s));
  watch.Reached("every node over SSH");
  FormAndWrite(cluster, watch);
  AddCosts(cluster, figures);
}

void MeasureClone(const GuestImage& image, const Accelerator& accelerator,
                  BootFigures& figures) {
  const CheckpointLease lease = Guest(image, accelerator);
  Stopwatch watch(figures);
  Cluster cluster(ThreeMembers(), image, Within(20s));
  cluster.Resume(lease.checkpoint, Within(30s));
  watch.Reached("every node has its identity");
  FormAndWrite(cluster, watch);
  AddCosts(cluster, figures);
}

void MeasureFormed(const GuestImage& image, const Accelerator& accelerator,
                   BootFigures& figures) {
  const CheckpointLease lease = Formed(image, accelerator);
  Stopwatch watch(figures);
  Cluster cluster(ThreeMembers(), image, Within(20s));
  const auto store = Binding().make(cluster);
  cluster.Resume(lease.checkpoint, Within(30s), [&] {
    Write(*store, cluster.node(1));
    watch.Reached(kCommittedWrite);
    store->Attach(cluster.nodes(), Within(30s));
    watch.Reached("every member answers");
  });
  watch.Reached("every node has its identity");
  AddCosts(cluster, figures);
}

void MeasureOneClone(const GuestImage& image, const Accelerator& accelerator,
                     BootFigures& figures) {
  const CheckpointLease lease = Guest(image, accelerator);
  Stopwatch watch(figures);
  Cluster cluster({.nodes = 1}, image, Within(20s));
  cluster.Resume(lease.checkpoint, Within(30s));
  watch.Reached("identity");
  cluster.node(1).Succeed("true", Within(10s));
  watch.Reached("first command over SSH");
  AddCosts(cluster, figures);
}

void MeasureCheckpoint(const GuestImage& image, const Accelerator& accelerator,
                       BootFigures& figures) {
  const TemporaryDirectory scratch;
  Stopwatch watch(figures);
  const CheckpointLease lease =
      GuestCheckpoint(image, accelerator, {}, Within(120s), {},
                      CheckpointCache(scratch.path() / "checkpoints"));
  watch.Reached("made");
  figures["disk MiB"].push_back(DiskMib(lease.checkpoint.directory));
}

void PrepareBoot(const GuestImage& image, const Accelerator& accelerator) {
  Guest(image, accelerator);
  Formed(image, accelerator);
}

}  // namespace faultline
