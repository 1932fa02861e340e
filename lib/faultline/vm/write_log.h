#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "faultline/base/file_descriptor.h"

namespace faultline {

// One entry of a write log. A value; all in bytes.
struct LoggedWrite {
  std::uint64_t disk_offset = 0;
  std::uint64_t length = 0;  // of the data; 0 for a flush alone
  std::uint64_t log_offset = 0;
  bool flushes = false;   // what came before is on the disk
  bool forced = false;    // is itself on the disk when it ends (FUA)
  bool discards = false;  // without data: reads as zeros afterwards
};

// What was written to a disk and what of it was flushed, as QEMU's blklogwrites
// driver logs it in the format of the kernel's dm-log-writes (kernel.org
// admin-guide/device-mapper/log-writes): a superblock, then entries, each a
// sector of header and then its data. A request is logged after the disk has
// done it and before the guest hears of that, so a flush in the log may cover
// a little more than the guest may rely on, never less.
//
// The superblock's number of entries is not used: it may count entries that
// were not written yet. Used by one thread.
class WriteLog {
 public:
  // Throws UsageError if the file cannot be opened.
  explicit WriteLog(std::filesystem::path file);

  // Reads the whole entries that were appended since. Throws UsageError,
  // naming the file, if it is not such a log.
  void Follow();
  // The last Follow reached the end of the file, no part of an entry being
  // left. False for a moment while QEMU writes.
  bool IsWhole() const { return whole_; }
  const std::vector<LoggedWrite>& writes() const { return writes_; }

  // Those that no later flush covers and that were not forced, in their order:
  // a disk may lose them when it loses its power.
  std::vector<LoggedWrite> Unflushed() const;
  // Does to `disk`, which holds what it held when the log began, all that was
  // flushed or forced.
  void ReplayFlushed(const std::filesystem::path& disk) const;
  // Does one write to it, or of its data the first `length` bytes only.
  void Replay(const LoggedWrite& write, std::uint64_t length,
              const std::filesystem::path& disk) const;

 private:
  bool ReadSuperblock();
  bool ReadEntry();
  std::size_t FlushedCount() const;

  const std::filesystem::path file_;
  FileDescriptor log_;
  std::uint64_t sector_ = 0;  // bytes; 0 until the superblock was read
  std::uint64_t next_ = 0;
  std::uint64_t size_ = 0;
  bool whole_ = true;
  std::vector<LoggedWrite> writes_;
};

}  // namespace faultline
