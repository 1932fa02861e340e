#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "faultline/vm/accelerator.h"

namespace faultline {

// What the answer of a probe depends on, as text: this boot of the host, the
// QEMU binary (path, size, modification time) and the image.
std::string ProbeKey(const std::filesystem::path& qemu,
                     const GuestImage& image);

// One remembered answer in a JSON file. Several processes may load and store at
// once. Never an error: without a usable file the probe runs again.
class AcceleratorCache {
 public:
  AcceleratorCache(std::filesystem::path file, std::string key)
      : file_(std::move(file)), key_(std::move(key)) {}

  // Nothing if the file is missing, damaged or for another key.
  std::optional<Accelerator> Load() const;
  void Store(const Accelerator& accelerator) const;

 private:
  std::filesystem::path file_;
  std::string key_;
};

// The scale of deadlines for a trial boot that took `seconds`: how many times
// the reference of one second (a laptop with KVM stays below), in halves, from
// 1 to 8.
double TimeScaleFor(double seconds);

}  // namespace faultline
