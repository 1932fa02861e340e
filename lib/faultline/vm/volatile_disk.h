#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "faultline/base/deadline.h"
#include "faultline/base/stopped_process.h"
#include "faultline/vm/disk_filter.h"
#include "faultline/vm/machine.h"
#include "faultline/vm/write_log.h"

namespace faultline {

// What a disk keeps of the writes that were not flushed when its power goes.
enum class KeptWrites {
  kNone,
  kPrefix,  // the first ones
  kTorn     // the first ones, and of the next one the first sectors
};

// What a power cut did to unflushed writes. A value.
struct WriteLoss {
  std::size_t unflushed = 0;  // writes
  std::size_t dropped = 0;    // of those, whole or in part
  std::uint64_t dropped_bytes = 0;
};

// The state disk of a running machine as a disk with a volatile cache: what the
// guest wrote since this was made and did not flush is lost in the power cut.
// What it wrote before counts as flushed. Used by one thread; refers to the
// machine, which must outlive it.
//
//   VolatileDisk disk(machine);
//   disk.Begin(Within(10s));
//   disk.Stop(Within(5s));
//   if (disk.UnflushedWrites()) { machine.PowerCut(); disk.Lose(...); }
class VolatileDisk {
 public:
  explicit VolatileDisk(Machine& machine);
  ~VolatileDisk();

  // The machine stands still while its disk is copied (holes stay holes).
  // Throws as Freeze, DiskFilter::LogWrites and CopySparse do, the machine
  // going on.
  void Begin(Deadline deadline);
  // QEMU stands still, the guest with it, so that nothing changes any more.
  void Stop(Deadline deadline);
  void Continue();
  // How many writes a power cut would lose now: exact while stopped, nothing if
  // QEMU was stopped in the midst of its log, which then tells too little.
  std::optional<std::size_t> UnflushedWrites();
  // After the power cut of a stopped machine: the state disk becomes what a
  // disk would hold. How many writes are kept, and how much of the next one,
  // is drawn from `seed`: at least one is dropped.
  WriteLoss Lose(KeptWrites kept, std::uint64_t seed);
  // The disk is an ordinary one again. No effect without Begin.
  void End(Deadline deadline);

 private:
  void RemoveFiles() noexcept;
  std::filesystem::path CopyPath() const;
  std::filesystem::path LogPath() const;

  Machine& machine_;
  DiskFilter filter_;
  std::unique_ptr<WriteLog> log_;
  std::unique_ptr<StoppedProcess> stopped_;
};

}  // namespace faultline
