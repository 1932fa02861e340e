#include "faultline/vm/machine_disk.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "faultline/base/error.h"
#include "faultline/vm/console_text.h"
#include "support/scratch_directory.h"

namespace faultline {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(MachineDisk, IsASparseFileOfItsOwner) {
  const ScratchDirectory scratch;
  const auto disk = scratch.path() / "disk";
  MakeBlankDisk("node1: disk data", disk, 3);
  struct stat status{};
  ASSERT_EQ(::stat(disk.c_str(), &status), 0);
  EXPECT_EQ(status.st_size, 3 << 20);
  EXPECT_EQ(status.st_blocks, 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
}

TEST(MachineDisk, ThatIsThereIsKept) {
  const ScratchDirectory scratch;
  const auto disk = scratch.Write("disk", "data");
  MakeBlankDisk("node1: disk data", disk, 3);
  EXPECT_EQ(ReadFrom(disk, 0), "data");
}

TEST(MachineDisk, SaysWhatCouldNotBeMade) {
  EXPECT_THAT([] { MakeBlankDisk("node1: disk data", "/nonexistent/disk", 3); },
              ThrowsMessage<MachineError>(HasSubstr(
                  "node1: disk data: cannot make /nonexistent/disk")));
}

TEST(MachineDisk, HasASerialThatTheGuestCanTell) {
  CheckSerial("node1", "Disk_1-a");
  for (const char* serial : {"", "a,b", "a b", "123456789012345678901", "ä"})
    EXPECT_THAT(
        [&] { CheckSerial("node1", serial); },
        ThrowsMessage<UsageError>(AllOf(HasSubstr("node1"), HasSubstr(serial),
                                        HasSubstr("1 to 20 letters"))));
  for (const char* serial : {"root", "state"})
    EXPECT_THAT([&] { CheckSerial("node1", serial); },
                ThrowsMessage<UsageError>(HasSubstr("is taken")));
}

}  // namespace
}  // namespace faultline
