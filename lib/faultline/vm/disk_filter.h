#pragma once

#include <sys/types.h>

#include <filesystem>
#include <nlohmann/json_fwd.hpp>
#include <string>

#include "faultline/base/deadline.h"
#include "faultline/vm/machine.h"

namespace faultline {

enum class DiskOperations { kRead, kWrite, kBoth };

// What all requests of a running machine's guest to one of its disks go
// through: a block node that QEMU puts between the disk and its device, and
// takes away again, without the guest's notice (drivers blkdebug, throttle and
// blklogwrites of qemu.org docs/devel/blkdebug, docs/throttle,
// qapi/block-core). One at a time a disk; a new QEMU process has none. Used
// by one thread; refers to the machine, which must outlive it. The calls throw
// as Qmp::Execute does; after one that threw, Remove undoes what it had done.
//
//   DiskFilter filter(machine);
//   filter.FailRequests(DiskOperations::kWrite, Within(5s));
//   filter.Remove(Within(5s));
class DiskFilter {
 public:
  // `disk` is the serial of a disk of the machine (MachineDisk); empty: the
  // state disk. Of a shared one, what this machine alone asks for.
  explicit DiskFilter(Machine& machine, const std::string& disk = "");

  // They end with EIO. Flushes and discards are writes.
  void FailRequests(DiskOperations operations, Deadline deadline);
  // Reads and writes wait for their turn. A tenth of that number, one at least,
  // goes through at once after a pause. Flushes are not held up.
  void LimitRequests(int per_second, Deadline deadline);
  // One request goes through, the next ones wait until Remove.
  void Stall(Deadline deadline);
  // Everything but reads is also appended to `log`, a new file (WriteLog).
  void LogWrites(const std::filesystem::path& log, Deadline deadline);

  // Requests reach the disk itself; those that wait go on first. No effect if
  // nothing was inserted or if that QEMU process is gone.
  void Remove(Deadline deadline);

 private:
  // Throws UsageError if this has inserted one already.
  void Begin();
  bool IsOfThisQemu() const;
  void AddLimits(const nlohmann::json& limits, Deadline deadline);
  void Insert(const nlohmann::json& node, Deadline deadline);
  void PutUnderDevice(const std::string& node, Deadline deadline);

  Machine& machine_;
  const std::string node_;  // block nodes and the device, as QEMU names them
  const std::string device_;
  const std::string filter_node_;
  const std::string limits_;
  bool begun_ = false;
  std::weak_ptr<ChildProcess> qemu_;  // it has what follows
  bool has_limits_ = false;
  bool has_node_ = false;
  bool in_place_ = false;
};

}  // namespace faultline
