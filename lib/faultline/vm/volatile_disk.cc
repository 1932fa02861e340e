#include "faultline/vm/volatile_disk.h"

#include <fmt/format.h>

#include <system_error>
#include <vector>

#include "faultline/base/error.h"
#include "faultline/base/files.h"
#include "faultline/base/random.h"
#include "faultline/base/sparse_copy.h"

namespace faultline {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t kSector = 512;
constexpr std::uint64_t kStream = 0x6c6f7373;  // "loss"

// Not all sectors of a write; a write of one sector is not torn.
std::uint64_t TornLength(internal::RandomStream& random,
                         const LoggedWrite& write) {
  const auto sectors = static_cast<int>(write.length / kSector);
  if (write.discards || sectors < 2) return 0;
  return kSector * static_cast<std::uint64_t>(1 + random.Below(sectors - 1));
}

}  // namespace

VolatileDisk::VolatileDisk(Machine& machine)
    : machine_(machine), filter_(machine) {}

VolatileDisk::~VolatileDisk() { RemoveFiles(); }

void VolatileDisk::Begin(Deadline deadline) {
  RemoveFiles();
  WriteFileAtomically(LogPath(), "");
  machine_.Freeze(deadline);
  try {
    CopySparse(StateDiskPath(machine_.options()), CopyPath());
    filter_.LogWrites(LogPath(), deadline);
  } catch (const Error&) {
    machine_.Thaw(deadline);
    throw;
  }
  machine_.Thaw(deadline);
  log_ = std::make_unique<WriteLog>(LogPath());
}

void VolatileDisk::Stop(Deadline deadline) {
  stopped_ = std::make_unique<StoppedProcess>(machine_.process(), deadline);
}

void VolatileDisk::Continue() { stopped_.reset(); }

std::optional<std::size_t> VolatileDisk::UnflushedWrites() {
  log_->Follow();
  if (!log_->IsWhole()) return std::nullopt;
  return log_->Unflushed().size();
}

WriteLoss VolatileDisk::Lose(KeptWrites kept, std::uint64_t seed) {
  const std::vector<LoggedWrite> writes = log_->Unflushed();
  log_->ReplayFlushed(CopyPath());
  internal::RandomStream random(
      seed, kStream + static_cast<std::uint64_t>(machine_.options().index));
  std::size_t next = 0;
  if (kept != KeptWrites::kNone && !writes.empty())
    next =
        static_cast<std::size_t>(random.Below(static_cast<int>(writes.size())));
  WriteLoss loss{.unflushed = writes.size(), .dropped = writes.size() - next};
  for (std::size_t i = 0; i < writes.size(); ++i) {
    std::uint64_t length = i < next ? writes[i].length : 0;
    if (i == next && kept == KeptWrites::kTorn)
      length = TornLength(random, writes[i]);
    log_->Replay(writes[i], length, CopyPath());
    loss.dropped_bytes += writes[i].length - length;
  }
  fs::rename(CopyPath(), StateDiskPath(machine_.options()));
  Continue();
  log_.reset();
  return loss;
}

void VolatileDisk::End(Deadline deadline) {
  Continue();
  filter_.Remove(deadline);
  log_.reset();
  RemoveFiles();
}

void VolatileDisk::RemoveFiles() noexcept {
  std::error_code ignored;
  fs::remove(CopyPath(), ignored);
  fs::remove(LogPath(), ignored);
}

fs::path VolatileDisk::CopyPath() const {
  return machine_.options().directory / "state-flushed.raw";
}

fs::path VolatileDisk::LogPath() const {
  return machine_.options().directory / "state-writes.log";
}

}  // namespace faultline
