#include "faultline/vm/write_log.h"

#include <endian.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "faultline/base/errno_text.h"
#include "faultline/base/error.h"

namespace faultline {
namespace {

constexpr std::uint64_t kMagic = 0x6a736677736872;
constexpr std::uint64_t kVersion = 1;
constexpr std::uint64_t kFlush = 1;
constexpr std::uint64_t kForced = 2;
constexpr std::uint64_t kDiscard = 4;

struct Superblock {
  std::uint64_t magic;
  std::uint64_t version;
  std::uint64_t entries;
  std::uint32_t sector;
};

struct EntryHeader {
  std::uint64_t sector;
  std::uint64_t sectors;
  std::uint64_t flags;
  std::uint64_t data_length;  // of a mark, which nobody sets here
};

bool IsNothing(const EntryHeader& entry) {
  return entry.sectors == 0 && entry.flags == 0;
}

[[noreturn]] void Throw(const std::filesystem::path& file,
                        const std::string& what) {
  throw UsageError(fmt::format("write log {}: {}", file.string(), what));
}

template <typename Value>
bool ReadAt(const FileDescriptor& file, std::uint64_t offset, Value* value) {
  return ::pread(file.get(), value, sizeof *value,
                 static_cast<off_t>(offset)) == sizeof *value;
}

}  // namespace

WriteLog::WriteLog(std::filesystem::path file)
    : file_(std::move(file)),
      log_(::open(file_.c_str(), O_RDONLY | O_CLOEXEC)) {
  if (!log_) Throw(file_, ErrnoText());
}

void WriteLog::Follow() {
  struct stat status{};
  if (::fstat(log_.get(), &status) != 0) Throw(file_, ErrnoText());
  size_ = static_cast<std::uint64_t>(status.st_size);
  if (sector_ == 0 && !ReadSuperblock()) {
    whole_ = size_ == 0;
    return;
  }
  while (ReadEntry()) {
  }
  whole_ = next_ == size_;
}

bool WriteLog::ReadSuperblock() {
  Superblock super{};
  // It is written after the first entry.
  if (!ReadAt(log_, 0, &super) || super.magic == 0) return false;
  if (le64toh(super.magic) != kMagic || le64toh(super.version) != kVersion)
    Throw(file_, "its superblock is not that of a write log, version 1");
  const std::uint64_t sector = le32toh(super.sector);
  if (sector < sizeof(Superblock) || (sector & (sector - 1)) != 0)
    Throw(file_, fmt::format("its sectors have {} bytes", sector));
  sector_ = sector;
  next_ = sector;
  return true;
}

bool WriteLog::ReadEntry() {
  EntryHeader header{};
  if (next_ + sector_ > size_ || !ReadAt(log_, next_, &header)) return false;
  header = {le64toh(header.sector), le64toh(header.sectors),
            le64toh(header.flags), le64toh(header.data_length)};
  if (IsNothing(header)) return false;
  if (header.data_length != 0 || header.flags > (kFlush | kForced | kDiscard) ||
      header.sectors > UINT32_MAX || header.sector > UINT32_MAX)
    Throw(file_, fmt::format("what is at byte {} is no entry", next_));
  const bool discards = (header.flags & kDiscard) != 0;
  const std::uint64_t length = header.sectors * sector_;
  const std::uint64_t end = next_ + sector_ + (discards ? 0 : length);
  if (end > size_) return false;
  writes_.push_back({.disk_offset = header.sector * sector_,
                     .length = length,
                     .log_offset = next_ + sector_,
                     .flushes = (header.flags & kFlush) != 0,
                     .forced = (header.flags & kForced) != 0,
                     .discards = discards});
  next_ = end;
  return true;
}

std::size_t WriteLog::FlushedCount() const {
  const auto last =
      std::find_if(writes_.rbegin(), writes_.rend(),
                   [](const LoggedWrite& w) { return w.flushes; });
  return static_cast<std::size_t>(writes_.rend() - last);
}

// The flush that an entry asks for comes before its own data.
std::vector<LoggedWrite> WriteLog::Unflushed() const {
  std::vector<LoggedWrite> lost;
  const std::size_t flushed = FlushedCount();
  for (std::size_t i = flushed == 0 ? 0 : flushed - 1; i < writes_.size(); ++i)
    if (writes_[i].length > 0 && !writes_[i].forced) lost.push_back(writes_[i]);
  return lost;
}

void WriteLog::ReplayFlushed(const std::filesystem::path& disk) const {
  const std::size_t flushed = FlushedCount();
  for (std::size_t i = 0; i < writes_.size(); ++i)
    if (i + 1 < flushed || writes_[i].forced)
      Replay(writes_[i], writes_[i].length, disk);
}

void WriteLog::Replay(const LoggedWrite& write, std::uint64_t length,
                      const std::filesystem::path& disk) const {
  const FileDescriptor to(::open(disk.c_str(), O_WRONLY | O_CLOEXEC));
  if (!to) Throw(file_, fmt::format("{}: {}", disk.string(), ErrnoText()));
  std::array<char, std::size_t{1} << 16> buffer{};
  for (std::uint64_t done = 0; done < length;) {
    const std::size_t part =
        std::min<std::uint64_t>(buffer.size(), length - done);
    if (!write.discards &&
        ::pread(log_.get(), buffer.data(), part,
                static_cast<off_t>(write.log_offset + done)) !=
            static_cast<ssize_t>(part))
      Throw(file_,
            fmt::format("ends within the data at byte {}", write.log_offset));
    if (::pwrite(to.get(), buffer.data(), part,
                 static_cast<off_t>(write.disk_offset + done)) !=
        static_cast<ssize_t>(part))
      Throw(file_, fmt::format("{}: {}", disk.string(), ErrnoText()));
    done += part;
  }
}

}  // namespace faultline
