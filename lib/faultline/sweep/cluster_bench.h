#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "faultline/base/warden.h"
#include "faultline/service/binding.h"
#include "faultline/sweep/planted_store.h"
#include "faultline/sweep/sweep_run.h"
#include "faultline/vm/accelerator.h"
#include "faultline/vm/image.h"

namespace faultline {

// A fresh cluster of virtual machines for each run: clones of one that was
// formed before. Used by one thread.
class ClusterBench {
 public:
  // Looks at image and machine, sets TimeScale(). Throws UsageError,
  // MachineError.
  ClusterBench(StoreBinding binding, int nodes,
               std::optional<PlantedDefect> plant);

  // As RunSweepCase; throws also what booting throws. If the run did not hold,
  // the guests' journals and consoles are in `directory` too.
  SweepOutcome Run(const SweepCase& what,
                   const std::filesystem::path& directory);

  // Of the last run: "etcd 3.4.23"; empty before the first.
  const std::string& store_name() const { return store_name_; }
  const GuestImage& image() const { return image_; }
  const Accelerator& accelerator() const { return accelerator_; }

 private:
  std::unique_ptr<ReplicatedStore> MakeStore(Cluster& cluster) const;
  void Resume(Cluster& cluster, ReplicatedStore& store, std::uint64_t seed);

  const StoreBinding binding_;
  const NodeSpecs nodes_;
  const std::optional<PlantedDefect> plant_;
  GuestImage image_;
  Accelerator accelerator_;
  std::string store_name_;
};

}  // namespace faultline
