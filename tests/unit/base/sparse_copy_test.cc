#include "faultline/base/sparse_copy.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "faultline/base/error.h"
#include "faultline/base/file_descriptor.h"
#include "faultline/base/files.h"
#include "faultline/base/temporary_directory.h"

namespace faultline {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr off_t kSize = off_t{8} << 20;
constexpr off_t kMiddle = off_t{4} << 20;

class SparseCopy : public testing::Test {
 protected:
  SparseCopy() {
    const FileDescriptor file(::open(from_.c_str(), O_RDWR | O_CREAT, 0600));
    EXPECT_EQ(::ftruncate(file.get(), kSize), 0);
    EXPECT_EQ(::pwrite(file.get(), "middle", 6, kMiddle), 6);
    EXPECT_EQ(::pwrite(file.get(), "end", 3, kSize - 3), 3);
  }

  TemporaryDirectory scratch_;
  std::filesystem::path from_ = scratch_.path() / "from";
  std::filesystem::path to_ = scratch_.path() / "to";
};

TEST_F(SparseCopy, HasTheSameContent) {
  CopySparse(from_, to_);
  EXPECT_EQ(ReadFile(to_), ReadFile(from_));
}

TEST_F(SparseCopy, KeepsHoles) {
  CopySparse(from_, to_);
  struct stat status{};
  ASSERT_EQ(::stat(to_.c_str(), &status), 0);
  constexpr blkcnt_t kSector = 512;
  EXPECT_LT(status.st_blocks * kSector, kSize / 4);
}

TEST_F(SparseCopy, ReplacesNothing) {
  std::ofstream(to_) << "kept";
  EXPECT_THAT([&] { CopySparse(from_, to_); },
              ThrowsMessage<UsageError>(HasSubstr("File exists")));
  EXPECT_EQ(ReadFile(to_), "kept");
}

TEST_F(SparseCopy, NamesWhatIsMissing) {
  EXPECT_THAT([&] { CopySparse(scratch_.path() / "none", to_); },
              ThrowsMessage<UsageError>(HasSubstr("none")));
}

TEST_F(SparseCopy, IntoADirectoryThatIsNotThereLeavesNothing) {
  EXPECT_THROW(CopySparse(from_, scratch_.path() / "absent" / "to"),
               UsageError);
  EXPECT_FALSE(std::filesystem::exists(scratch_.path() / "absent"));
}

}  // namespace
}  // namespace faultline
