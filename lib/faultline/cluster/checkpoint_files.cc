#include "faultline/cluster/checkpoint_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>
#include <xxhash.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <vector>

#include "faultline/base/errno_text.h"
#include "faultline/base/error.h"
#include "faultline/base/file_descriptor.h"
#include "faultline/base/files.h"

namespace faultline::internal {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr char kDescription[] = "checkpoint.json";
constexpr char kChecked[] = "checked";
constexpr std::uintmax_t kMib = std::uintmax_t{1} << 20;

// A file as it is mapped into memory, read-only.
class Mapping {
 public:
  explicit Mapping(const fs::path& file)
      : fd_(::open(file.c_str(), O_RDONLY | O_CLOEXEC)) {
    struct stat status{};
    if (!fd_ || ::fstat(fd_.get(), &status) != 0) return;
    size_ = static_cast<std::size_t>(status.st_size);
    if (size_ == 0) return;
    void* const start =
        ::mmap(nullptr, size_, PROT_READ, MAP_SHARED, fd_.get(), 0);
    if (start != MAP_FAILED) start_ = start;
  }
  ~Mapping() {
    if (start_ != nullptr) ::munmap(start_, size_);
  }
  Mapping(const Mapping&) = delete;
  Mapping& operator=(const Mapping&) = delete;

  // XXH3-64 of what is not a hole (and of where it lies), in hex.
  std::string Hash() const {
    XXH3_state_t* const state = XXH3_createState();
    XXH3_64bits_reset(state);
    off_t end = 0;
    while (start_ != nullptr && end < static_cast<off_t>(size_)) {
      const off_t begin = ::lseek(fd_.get(), end, SEEK_DATA);
      if (begin < 0) break;
      end = ::lseek(fd_.get(), begin, SEEK_HOLE);
      XXH3_64bits_update(state, &begin, sizeof begin);
      XXH3_64bits_update(state, static_cast<const char*>(start_) + begin,
                         static_cast<std::size_t>(end - begin));
    }
    const XXH64_hash_t hash = XXH3_64bits_digest(state);
    XXH3_freeState(state);
    return fmt::format("{:016x}", hash);
  }

 private:
  FileDescriptor fd_;
  std::size_t size_ = 0;
  void* start_ = nullptr;
};

std::vector<fs::path> FilesOf(const CheckpointKey& key,
                              const fs::path& directory) {
  const ClusterCheckpoint checkpoint{directory, key.machines};
  std::vector<fs::path> files;
  for (int index = 1; index <= key.machines; ++index) {
    const MachineCheckpoint machine = checkpoint.machine(index);
    for (const fs::path& file :
         {machine.memory(), machine.devices(), machine.state_disk()})
      files.push_back(fs::relative(file, directory));
  }
  files.insert(files.end(), key.disks.begin(), key.disks.end());
  return files;
}

// What changes whenever somebody writes to one of the files, or the host
// boots: then their content is looked at again.
std::string Stamp(const CheckpointKey& key, const fs::path& directory) {
  std::string stamp = ReadFile("/proc/sys/kernel/random/boot_id");
  for (const fs::path& file : FilesOf(key, directory)) {
    struct stat status{};
    if (::stat((directory / file).c_str(), &status) != 0) return "";
    stamp += fmt::format("{} {} {} {}.{} {}.{}\n", file.string(), status.st_ino,
                         status.st_size, status.st_mtim.tv_sec,
                         status.st_mtim.tv_nsec, status.st_ctim.tv_sec,
                         status.st_ctim.tv_nsec);
  }
  return stamp;
}

std::string ReadIfThere(const fs::path& file) {
  return fs::exists(file) ? ReadFile(file) : "";
}

Json Describe(const fs::path& file) {
  std::error_code missing;
  const auto bytes = fs::file_size(file, missing);
  return {{"bytes", missing ? 0 : bytes}, {"xxh3", Mapping(file).Hash()}};
}

std::string ContentDamage(const CheckpointKey& key, const fs::path& directory,
                          const Json& description) {
  for (const fs::path& file : FilesOf(key, directory)) {
    const auto wanted = description.value("files", Json::object())
                            .value(file.string(), Json::object());
    if (!fs::exists(directory / file)) return file.string() + " is missing";
    if (Describe(directory / file) != wanted)
      return file.string() + ": its content has changed";
  }
  return "";
}

// A file of a page that is mostly a hole and can be shared: what QEMU needs.
std::string MissingFeature(const fs::path& directory) {
  const fs::path trial = directory / fmt::format(".trial-{}", ::getpid());
  const FileDescriptor fd(
      ::open(trial.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!fd) return "files: " + ErrnoText();
  ::unlink(trial.c_str());
  if (::ftruncate(fd.get(), static_cast<off_t>(kMib)) != 0)
    return "sparse files: " + ErrnoText();
  void* const start =
      ::mmap(nullptr, kMib, PROT_READ | PROT_WRITE, MAP_SHARED, fd.get(), 0);
  if (start == MAP_FAILED) return "shared mappings: " + ErrnoText();
  ::munmap(start, kMib);
  struct stat status{};
  ::fstat(fd.get(), &status);
  constexpr blkcnt_t kSector = 512;
  return status.st_blocks * kSector < static_cast<off_t>(kMib) ? ""
                                                               : "sparse files";
}

}  // namespace

void DescribeCheckpoint(const CheckpointKey& key, const fs::path& directory) {
  Json files = Json::object();
  for (const fs::path& file : FilesOf(key, directory))
    files[file.string()] = Describe(directory / file);
  const Json description = {{"key", key.text}, {"files", files}};
  WriteFileAtomically(directory / kDescription, description.dump(2) + "\n");
  WriteFileAtomically(directory / kChecked, Stamp(key, directory));
}

std::string CheckpointDamage(const CheckpointKey& key,
                             const fs::path& directory) {
  const Json description =
      Json::parse(ReadIfThere(directory / kDescription), nullptr, false);
  if (!description.is_object()) return "it has no description";
  if (description.value("key", "") != key.text)
    return "it was made for something else";
  const std::string stamp = Stamp(key, directory);
  if (stamp.empty()) return "a file is missing";
  if (stamp == ReadIfThere(directory / kChecked)) return "";
  const std::string damage = ContentDamage(key, directory, description);
  if (damage.empty()) WriteFileAtomically(directory / kChecked, stamp);
  return damage;
}

void RequireRoomFor(const CheckpointKey& key, const fs::path& directory) {
  const std::string missing = MissingFeature(directory);
  if (!missing.empty())
    throw NoCheckpointsError(
        fmt::format("no checkpoint can be kept in {}: its file system lacks {}",
                    directory.string(), missing));
  struct statvfs room{};
  if (::statvfs(directory.c_str(), &room) != 0) return;
  const std::uintmax_t free = room.f_bavail * room.f_frsize / kMib;
  constexpr std::uintmax_t kMargin = 128;
  const std::uintmax_t wanted =
      static_cast<std::uintmax_t>(key.machines) *
          static_cast<std::uintmax_t>(key.memory_mib) +
      kMargin;
  if (free < wanted)
    throw NoCheckpointsError(fmt::format(
        "no room for a checkpoint in {}: {} MiB are free, {} MiB are needed",
        directory.string(), free, wanted));
}

}  // namespace faultline::internal
