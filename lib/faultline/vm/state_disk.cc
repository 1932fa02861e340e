#include "faultline/vm/state_disk.h"

#include <fmt/format.h>

#include <system_error>

#include "faultline/base/error.h"
#include "faultline/vm/machine_disk.h"

namespace faultline {
namespace {

namespace fs = std::filesystem;

// Removes the file unless it was kept.
class Draft {
 public:
  explicit Draft(fs::path path) : path_(std::move(path)) {}
  ~Draft() {
    std::error_code ignored;
    if (!path_.empty()) fs::remove(path_, ignored);
  }
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;

  const fs::path& path() const { return path_; }
  void KeepAs(const fs::path& final_path) {
    fs::rename(path_, final_path);
    path_.clear();
  }

 private:
  fs::path path_;
};

[[noreturn]] void ThrowDiskFull(const std::string& node, const fs::path& path) {
  throw UsageError(
      fmt::format("{}: no space left for the state disk {}: free some, or set "
                  "TMPDIR to another file system",
                  node, path.string()));
}

void Format(Warden& warden, const std::string& node, const fs::path& path,
            Deadline deadline) {
  const CommandResult result = warden.Run(
      // The file is all zeros: nothing need be zeroed, neither here nor in the
      // background in the guest.
      {"mke2fs", "-q", "-F", "-t", "ext4", "-m", "0", "-E",
       "assume_storage_prezeroed=1,nodiscard", path.string()},
      deadline);
  if (result.Succeeded()) return;
  if (result.standard_error.find("No space left") != std::string::npos)
    ThrowDiskFull(node, path);
  throw MachineError(fmt::format("{}: mke2fs {} failed with exit code {}: {}",
                                 node, path.string(), result.exit_code,
                                 result.standard_error));
}

}  // namespace

void MakeStateDisk(Warden& warden, const std::string& node,
                   const fs::path& path, int mib, Deadline deadline) {
  if (fs::exists(path)) return;
  Draft draft(path.string() + ".draft");
  fs::remove(draft.path());  // of an attempt that was killed
  MakeBlankDisk(node + ": state disk", draft.path(), mib);
  Format(warden, node, draft.path(), deadline);
  draft.KeepAs(path);
}

void CopyFromStateDisk(Warden& warden, const std::string& node,
                       const fs::path& disk,
                       const std::vector<std::string>& paths,
                       const fs::path& target, Deadline deadline) {
  constexpr int kUncorrected = 4;  // e2fsck(8): 1 and 2 are errors corrected
  const CommandResult replayed = warden.Run(
      {"e2fsck", "-y", "-E", "journal_only", disk.string()}, deadline);
  if (replayed.exit_code >= kUncorrected) {
    throw MachineError(fmt::format(
        "{}: the state disk's journal cannot be replayed: e2fsck ended with "
        "{}: {}",
        node, replayed.exit_code, replayed.standard_error));
  }
  for (const std::string& path : paths) {
    const CommandResult copied =
        warden.Run({"debugfs", "-R",
                    fmt::format("rdump \"/{}\" \"{}\"", path, target.string()),
                    disk.string()},
                   deadline);
    if (fs::exists(target / fs::path(path).filename())) continue;
    throw MachineError(fmt::format("{}: cannot copy {} from the state disk: {}",
                                   node, path, copied.standard_error));
  }
}

}  // namespace faultline
