#pragma once

#include <filesystem>
#include <string>

#include "faultline/vm/machine_checkpoint.h"

namespace faultline {

// The stopped machines of one cluster on disk, all cut at one moment. A value
// that names a directory.
struct ClusterCheckpoint {
  std::filesystem::path directory;
  int machines = 1;

  // 1-based.
  MachineCheckpoint machine(int index) const {
    return {directory / ("node" + std::to_string(index))};
  }
};

}  // namespace faultline
