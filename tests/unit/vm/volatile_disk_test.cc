#include "faultline/vm/volatile_disk.h"

#include <gmock/gmock.h>

#include <fstream>
#include <set>

#include "faultline/base/error.h"
#include "support/fake_qemu.h"
#include "support/write_log_text.h"

namespace faultline {
namespace {

namespace fs = std::filesystem;

Deadline Soon() { return Deadline::After(std::chrono::seconds(10)); }

// A machine on a fake QEMU whose disk begins with four sectors of dots. What
// its guest writes is what the test puts into the log.
struct Rig {
  Rig() : machine(warden, Options()), disk(machine) {
    std::ofstream(DiskPath()) << LogData('.', 4);
    machine.PowerOn(Soon());
  }

  MachineOptions Options() const {
    MachineOptions options;
    options.name = "node1";
    options.directory = scratch.path();
    return options;
  }
  fs::path DiskPath() const { return StateDiskPath(Options()); }
  void Write(const std::string& entries) const {
    std::ofstream(scratch.path() / "state-writes.log", std::ios::app)
        << entries;
  }
  // Two flushed sectors, then a write of one and a write of two sectors, then
  // the power goes. One character a sector of the disk.
  std::string Cut(KeptWrites kept, std::uint64_t seed) {
    disk.Begin(Soon());
    Write(LogSuperblock() + LogEntry(0, LogData('a')) + LogFlush() +
          LogEntry(1, LogData('b')) + LogEntry(2, LogData('c', 2)));
    disk.Stop(Soon());
    EXPECT_EQ(disk.UnflushedWrites(), 2U);
    machine.PowerCut();
    loss = disk.Lose(kept, seed);
    disk.End(Soon());
    std::string seen;
    std::ifstream file(DiskPath());
    for (int i = 0; i < 4; ++i) {
      file.seekg(512 * i);
      seen += static_cast<char>(file.get());
    }
    return seen;
  }

  ScratchDirectory scratch;
  FakeQemu qemu;
  Warden warden;
  Machine machine;
  VolatileDisk disk;
  WriteLoss loss;
};

std::set<std::string> Outcomes(KeptWrites kept) {
  std::set<std::string> seen;
  for (std::uint64_t seed = 0; seed < 12; ++seed)
    seen.insert(Rig().Cut(kept, seed));
  return seen;
}

TEST(VolatileDisk, LosesWhatWasNotFlushed) {
  Rig rig;
  EXPECT_EQ(rig.Cut(KeptWrites::kNone, 1), "a...");
  EXPECT_EQ(rig.loss.dropped, 2U);
  EXPECT_EQ(rig.loss.dropped_bytes, 3 * 512U);
  EXPECT_FALSE(fs::exists(rig.scratch.path() / "state-writes.log"));
}

TEST(VolatileDisk, KeepsAnyPrefixButNotAll) {
  EXPECT_EQ(Outcomes(KeptWrites::kPrefix),
            (std::set<std::string>{"a...", "ab.."}));
}

TEST(VolatileDisk, TearsTheWriteAfterThePrefix) {
  EXPECT_EQ(Outcomes(KeptWrites::kTorn),
            (std::set<std::string>{"a...", "abc."}));
}

TEST(VolatileDisk, CannotTellWhatIsLostFromATornLog) {
  Rig rig;
  rig.disk.Begin(Soon());
  EXPECT_EQ(rig.disk.UnflushedWrites(), 0U);
  rig.Write(LogSuperblock() + LogEntry(0, LogData('a')) + "torn");
  EXPECT_FALSE(rig.disk.UnflushedWrites().has_value());
}

TEST(VolatileDisk, IsAnOrdinaryDiskAfterTheEnd) {
  Rig rig;
  rig.disk.Begin(Soon());
  rig.disk.End(Soon());
  EXPECT_TRUE(rig.machine.Running());
  rig.disk.End(Soon());
}

TEST(VolatileDisk, GoesOnIfItsDiskCannotBeCopied) {
  Rig rig;
  fs::remove(rig.DiskPath());
  EXPECT_THROW(rig.disk.Begin(Soon()), UsageError);
  EXPECT_TRUE(rig.machine.Running());
  rig.disk.End(Soon());
}

}  // namespace
}  // namespace faultline
