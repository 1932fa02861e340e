#include "faultline/sweep/cluster_bench.h"

#include <fmt/format.h>

#include "faultline/base/files.h"
#include "faultline/base/log.h"
#include "faultline/service/formed_checkpoint.h"
#include "faultline/service/persisted_state.h"
#include "faultline/service/randomize_leader.h"
#include "faultline/vm/machine.h"
#include "faultline/workload/processor_waits.h"

namespace faultline {
namespace {

using std::chrono_literals::operator""s;

// Evidence that cannot be had must not hide what the run found.
template <typename Step>
void Guarded(const std::string& what, Step step) noexcept {
  try {
    step();
  } catch (const std::exception& error) {
    Log(LogLevel::kInfo, fmt::format("evidence: {}: {}", what, error.what()));
  }
}

void KeepEvidence(Cluster& cluster, const std::filesystem::path& directory) {
  Guarded("network", [&] { cluster.network().HealAll(); });
  for (Node* node : cluster.nodes()) {
    Guarded(node->name() + " console", [&] {
      WriteFileAtomically(directory / (node->name() + "-console.log"),
                          ReadFile(ConsolePath(node->machine().options())));
    });
    if (!node->Running()) continue;
    Guarded(node->name() + " journal", [&] {
      const CommandResult journal =
          node->Execute("journalctl --no-pager -o short-precise", Within(8s));
      WriteFileAtomically(directory / (node->name() + "-journal.log"),
                          journal.standard_output);
    });
  }
}

GuestImage LoadImageFor(const StoreBinding& binding) {
  return LoadGuestImage(binding.services.empty()
                            ? DefaultImageDirectory()
                            : ServicesImageDirectory(binding.services));
}

}  // namespace

ClusterBench::ClusterBench(StoreBinding binding, int nodes,
                           std::optional<PlantedDefect> plant)
    : binding_(std::move(binding)),
      nodes_(binding_.Nodes(nodes)),
      plant_(plant),
      image_(LoadImageFor(binding_)) {
  Warden warden;
  accelerator_ = ProbeAccelerator(warden, image_);
  SetTimeScale(accelerator_.time_scale);
}

std::unique_ptr<ReplicatedStore> ClusterBench::MakeStore(
    Cluster& cluster) const {
  auto store = binding_.make(cluster);
  return plant_ ? Plant(*plant_, std::move(store)) : std::move(store);
}

void ClusterBench::Resume(Cluster& cluster, ReplicatedStore& store,
                          std::uint64_t seed) {
  const FormedCluster formed{.binding = binding_.AsService(),
                             .nodes = nodes_,
                             .configuration = store.configuration()};
  const CheckpointLease lease =
      FormedCheckpoint(formed, image_, accelerator_, Within(240s));
  cluster.Resume(lease.checkpoint, Within(30s),
                 [&] { store.Attach(cluster.nodes(), Within(30s)); });
  RandomizeLeader(store, seed, Within(30s));
}

SweepOutcome ClusterBench::Run(const SweepCase& what,
                               const std::filesystem::path& directory) {
  Cluster cluster({.nodes = nodes_, .ports = binding_.ports}, image_,
                  Within(20s));
  const auto store = MakeStore(cluster);
  store_name_ = store->name();
  Resume(cluster, *store, what.seed);
  // The copies stay only where something did not hold.
  const std::filesystem::path copies = directory / "disks";
  SweepOutcome outcome = RunSweepCase(
      *store, MakerOf({.cluster = cluster, .service = *store}), what, directory,
      {}, LookAtMachines(*store), [&](const SweepOutcome& so_far) {
        if (so_far.judgement != Judgement::kHolds)
          KeepEvidence(cluster, directory);
        for (Node* node : cluster.nodes()) node->PowerCut();
        return ReadPersistedLogs(*store, copies, Within(20s));
      });
  if (outcome.judgement == Judgement::kHolds)
    std::filesystem::remove_all(copies);
  return outcome;
}

}  // namespace faultline
