#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "faultline/base/warden.h"
#include "faultline/service/formed_checkpoint.h"
#include "faultline/sweep/planted_store.h"
#include "faultline/sweep/sweep_run.h"
#include "faultline/vm/accelerator.h"
#include "faultline/vm/image.h"

namespace faultline {

// What a sweep runs on.
struct SweepRole {
  std::string name;           // "ChainFire"
  std::vector<int> ports;     // guest ports the client needs
  Capabilities capabilities;  // of what make_store makes
  std::function<std::unique_ptr<ReplicatedStore>(Cluster&)> make_store;
};

// A fresh cluster of virtual machines for each run: clones of one that was
// formed before. Used by one thread.
class ClusterBench {
 public:
  // Looks at image and machine, sets TimeScale(). Throws UsageError,
  // MachineError.
  ClusterBench(SweepRole role, int nodes, std::optional<PlantedDefect> plant);

  // As RunSweepCase; throws also what booting throws. If the run did not hold,
  // the guests' journals and consoles are in `directory` too.
  SweepOutcome Run(const SweepCase& what,
                   const std::filesystem::path& directory);

  const GuestImage& image() const { return image_; }
  const Accelerator& accelerator() const { return accelerator_; }

 private:
  std::unique_ptr<ReplicatedStore> MakeStore(Cluster& cluster) const;
  void Resume(Cluster& cluster, ReplicatedStore& store, std::uint64_t seed);

  const SweepRole role_;
  const int nodes_;
  const std::optional<PlantedDefect> plant_;
  GuestImage image_;
  Accelerator accelerator_;
};

}  // namespace faultline
