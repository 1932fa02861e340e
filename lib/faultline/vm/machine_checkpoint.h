#pragma once

#include <filesystem>
#include <string>

namespace faultline {

// One stopped machine on disk: its memory, the state of its devices, and its
// own disks, all of one moment. A value that names files.
struct MachineCheckpoint {
  std::filesystem::path directory;

  std::filesystem::path memory() const { return directory / "memory"; }
  std::filesystem::path devices() const { return directory / "devices"; }
  std::filesystem::path state_disk() const { return directory / "state.raw"; }
  std::filesystem::path disk(const std::string& serial) const {
    return directory / ("disk-" + serial + ".raw");
  }
};

}  // namespace faultline
