#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "faultline/base/deadline.h"
#include "faultline/base/error.h"
#include "faultline/base/file_descriptor.h"
#include "faultline/cluster/cluster_checkpoint.h"

namespace faultline {

// No checkpoint can be kept on this machine: its cache cannot be written, or
// lacks room, sparse files or shared mappings. Whoever can boot instead, may.
class NoCheckpointsError : public UsageError {
 public:
  using UsageError::UsageError;
};

// What a checkpoint is good for, as text: whatever decides the state of its
// machines. Two keys with one text name one checkpoint.
struct CheckpointKey {
  std::string name;  // "guest", "ChainFire": leads its directory's name
  std::string text;
  int machines = 1;
  int memory_mib = 512;  // of each machine, for the room it needs
  // What it holds beside each machine's memory, devices and state disk:
  // "node1/disk-data.raw", "shared-lun.raw".
  std::vector<std::string> disks = {};
};

// A checkpoint that nobody removes while this lives. Movable.
struct CheckpointLease {
  ClusterCheckpoint checkpoint;
  FileDescriptor lock;
};

// The checkpoints of this user on disk (FAULTLINE_CACHE/checkpoints). Several
// processes may use one cache at once: what is missing is made once, under a
// lock, while the others wait. Thread-safe.
//
// A checkpoint is whole or not there: it is made beside its place, and each
// file's length and XXH3 hash are written down. They are checked once each time
// this host boots or a file changes; a damaged checkpoint is made anew.
class CheckpointCache {
 public:
  // Fills an empty directory; throws what it likes, and is not called again.
  using Make = std::function<void(const std::filesystem::path& directory)>;

  explicit CheckpointCache(std::filesystem::path directory);

  // The checkpoint of `key`, made by `make` if need be. Throws TimeoutError if
  // another process still makes it at the deadline, NoCheckpointsError, and
  // what `make` throws; nothing half-made is left.
  CheckpointLease Get(const CheckpointKey& key, const Make& make,
                      Deadline deadline);

 private:
  static bool WaitUntilWholeOrOurs(const CheckpointKey& key,
                                   const CheckpointLease& lease,
                                   Deadline deadline);
  void MakeUnderLock(const CheckpointKey& key,
                     const std::filesystem::path& place, const Make& make);
  void RemoveOldOnes(const std::filesystem::path& newest);

  std::filesystem::path directory_;
};

}  // namespace faultline
