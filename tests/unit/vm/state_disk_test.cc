#include "faultline/vm/state_disk.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include <array>
#include <cstdlib>
#include <fstream>

#include "faultline/base/error.h"
#include "faultline/vm/console_text.h"
#include "support/scratch_directory.h"

namespace faultline {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::ThrowsMessage;

Deadline Soon() { return Deadline::After(std::chrono::seconds(10)); }

// A mke2fs that fails, found before the real one.
struct BrokenFormatter {
  explicit BrokenFormatter(const std::string& script)
      : path("PATH", programs.path().string() + ":" + std::getenv("PATH")) {
    programs.WriteProgram("mke2fs", script);
  }
  ScratchDirectory programs;
  ScopedVariable path;
};

TEST(StateDisk, IsASparseExt4FileSystemOfTheOwner) {
  const ScratchDirectory scratch;
  Warden warden;
  const fs::path disk = scratch.path() / "state.raw";
  MakeStateDisk(warden, "node1", disk, 64, Soon());
  struct stat status{};
  ASSERT_EQ(::stat(disk.c_str(), &status), 0);
  EXPECT_EQ(status.st_size, off_t{64} << 20);
  EXPECT_LT(status.st_blocks * 512, 8 << 20);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  std::array<char, 2> magic{};
  std::ifstream(disk).seekg(0x438).read(magic.data(), magic.size());
  EXPECT_THAT(magic, ElementsAre('\x53', '\xef'));
}

TEST(StateDisk, ThatIsThereIsKept) {
  const ScratchDirectory scratch;
  Warden warden;
  const fs::path disk = scratch.Write("state.raw", "data");
  MakeStateDisk(warden, "node1", disk, 64, Soon());
  EXPECT_EQ(ReadFrom(disk, 0), "data");
}

TEST(StateDisk, GivesCopiesOfWhatAGuestWroteOnIt) {
  const ScratchDirectory scratch;
  Warden warden;
  const fs::path disk = scratch.path() / "state.raw";
  MakeStateDisk(warden, "node1", disk, 64, Soon());
  const fs::path log = scratch.Write("log", "entries");
  for (const std::string& request :
       {std::string("mkdir data"), "write " + log.string() + " data/log"})
    warden.Run({"debugfs", "-w", "-R", request, disk.string()}, Soon());
  fs::create_directory(scratch.path() / "copies");
  const fs::path copies = scratch.path() / "copies";

  CopyFromStateDisk(warden, "node1", disk, {"data", "data/log"}, copies,
                    Soon());
  EXPECT_EQ(ReadFrom(copies / "data" / "log", 0), "entries");
  EXPECT_EQ(ReadFrom(copies / "log", 0), "entries");
  EXPECT_THAT(
      [&] {
        CopyFromStateDisk(warden, "node1", disk, {"lost"}, copies, Soon());
      },
      ThrowsMessage<MachineError>(
          HasSubstr("node1: cannot copy lost from the state disk")));
}

TEST(StateDisk, ThatHoldsNoFileSystemCannotBeCopiedFrom) {
  const ScratchDirectory scratch;
  Warden warden;
  const fs::path disk = scratch.Write("state.raw", "no file system");
  EXPECT_THAT(
      [&] {
        CopyFromStateDisk(warden, "node1", disk, {"data"}, scratch.path(),
                          Soon());
      },
      ThrowsMessage<MachineError>(
          HasSubstr("node1: the state disk's journal cannot be replayed")));
}

TEST(StateDisk, LeavesNothingIfFormattingFails) {
  const BrokenFormatter formatter("echo 'bad superblock' >&2; exit 3");
  const ScratchDirectory scratch;
  Warden warden;
  const fs::path disk = scratch.path() / "state.raw";
  EXPECT_THAT([&] { MakeStateDisk(warden, "node1", disk, 64, Soon()); },
              ThrowsMessage<MachineError>(AllOf(HasSubstr("node1: mke2fs"),
                                                HasSubstr("exit code 3"),
                                                HasSubstr("bad superblock"))));
  EXPECT_TRUE(fs::is_empty(scratch.path()));
}

TEST(StateDisk, SaysSoWhenTheHostIsFull) {
  const BrokenFormatter formatter(
      "echo 'mke2fs: No space left on device while writing' >&2; exit 1");
  const ScratchDirectory scratch;
  Warden warden;
  const fs::path disk = scratch.path() / "state.raw";
  EXPECT_THAT([&] { MakeStateDisk(warden, "node1", disk, 64, Soon()); },
              ThrowsMessage<UsageError>(
                  AllOf(HasSubstr("node1: no space left for the state disk"),
                        HasSubstr(disk.string()))));
  EXPECT_TRUE(fs::is_empty(scratch.path()));
}

TEST(StateDisk, NeedsADirectory) {
  Warden warden;
  EXPECT_THAT(
      [&] { MakeStateDisk(warden, "node1", "/nonexistent/disk", 64, Soon()); },
      ThrowsMessage<MachineError>(
          HasSubstr("node1: state disk: cannot make /nonexistent/disk")));
}

}  // namespace
}  // namespace faultline
