#include "faultline/cluster/checkpoint_cache.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <system_error>
#include <vector>

#include "faultline/base/errno_text.h"
#include "faultline/base/error.h"
#include "faultline/base/eventually.h"
#include "faultline/base/log.h"
#include "faultline/cluster/checkpoint_files.h"

namespace faultline {
namespace {

namespace fs = std::filesystem;

// Older ones go when another is made: each takes hundreds of MiB.
constexpr std::size_t kMostKept = 8;

constexpr char kLockSuffix[] = ".lock";
constexpr char kMakingSuffix[] = ".making";

FileDescriptor OpenLock(const fs::path& place) {
  const std::string file = place.string() + kLockSuffix;
  FileDescriptor lock(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (!lock)
    throw NoCheckpointsError(
        fmt::format("cannot open {}: {}", file, ErrnoText()));
  return lock;
}

bool TryLock(const FileDescriptor& lock, int how) {
  return ::flock(lock.get(), how | LOCK_NB) == 0;
}

fs::path PlaceOf(const fs::path& directory, const CheckpointKey& key) {
  return directory / fmt::format("{}-{:016x}", key.name,
                                 XXH3_64bits(key.text.data(), key.text.size()));
}

}  // namespace

CheckpointCache::CheckpointCache(fs::path directory)
    : directory_(std::move(directory)) {}

CheckpointLease CheckpointCache::Get(const CheckpointKey& key, const Make& make,
                                     Deadline deadline) {
  std::error_code failure;
  fs::create_directories(directory_, failure);
  if (failure)
    throw NoCheckpointsError(fmt::format(
        "cannot make {}: {}", directory_.string(), failure.message()));
  const fs::path place = PlaceOf(directory_, key);
  CheckpointLease lease{{place, key.machines}, OpenLock(place)};
  while (!WaitUntilWholeOrOurs(key, lease, deadline)) {
    MakeUnderLock(key, place, make);
    // Another process may have come in between.
    if (TryLock(lease.lock, LOCK_SH)) break;
  }
  fs::last_write_time(place, fs::file_time_type::clock::now(), failure);
  return lease;
}

// True: it is whole, and locked for reading. False: it is to be made, and
// locked for that.
bool CheckpointCache::WaitUntilWholeOrOurs(const CheckpointKey& key,
                                           const CheckpointLease& lease,
                                           Deadline deadline) {
  const fs::path& place = lease.checkpoint.directory;
  bool whole = false;
  Eventually(deadline, "the checkpoint " + place.string() + " is made",
             [&](LastSeen& seen) {
               seen.Set("another process makes it");
               // Whoever finds it whole needs no more than to read it.
               whole = TryLock(lease.lock, LOCK_SH) &&
                       internal::CheckpointDamage(key, place).empty();
               if (whole) return true;
               // Two that hold it shared would never get it alone.
               ::flock(lease.lock.get(), LOCK_UN);
               return TryLock(lease.lock, LOCK_EX);
             });
  return whole;
}

void CheckpointCache::MakeUnderLock(const CheckpointKey& key,
                                    const fs::path& place, const Make& make) {
  const std::string damage = internal::CheckpointDamage(key, place);
  if (damage.empty()) return;
  if (fs::exists(place))
    Log(LogLevel::kInfo, fmt::format("the checkpoint {} is made anew: {}",
                                     place.string(), damage));
  const fs::path making = place.string() + kMakingSuffix;
  fs::remove_all(place);
  fs::remove_all(making);  // of a process that was killed: the lock is ours
  internal::RequireRoomFor(key, directory_);
  fs::create_directory(making);
  fs::permissions(making, fs::perms::owner_all);
  try {
    make(making);
    internal::DescribeCheckpoint(key, making);
    fs::rename(making, place);
  } catch (...) {
    std::error_code ignored;
    fs::remove_all(making, ignored);
    throw;
  }
  RemoveOldOnes(place);
}

void CheckpointCache::RemoveOldOnes(const fs::path& newest) {
  std::vector<std::pair<fs::file_time_type, fs::path>> others;
  std::error_code ignored;
  for (const fs::directory_entry& entry :
       fs::directory_iterator(directory_, ignored)) {
    if (entry.is_directory(ignored) && entry.path() != newest &&
        entry.path().extension() != kMakingSuffix)
      others.emplace_back(entry.last_write_time(ignored), entry.path());
  }
  std::ranges::sort(others, std::greater<>());
  for (std::size_t i = kMostKept - 1; i < others.size(); ++i) {
    const FileDescriptor lock = OpenLock(others[i].second);
    if (TryLock(lock, LOCK_EX)) fs::remove_all(others[i].second, ignored);
  }
}

}  // namespace faultline
