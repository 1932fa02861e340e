#include "faultline/cli/subordinate_ids.h"

#include <gmock/gmock.h>

#include "faultline/base/files.h"
#include "support/scratch_directory.h"

namespace faultline {
namespace {

TEST(GivesIds, ByNameOrNumber) {
  const ScratchDirectory scratch;
  const auto file = scratch.path() / "subuid";
  WriteFileAtomically(file, "anna:100000:65536\n1001:165536:65536\nbert\n");
  EXPECT_TRUE(GivesIds(file, "anna", "1000"));
  EXPECT_TRUE(GivesIds(file, "nobody", "1001"));
  EXPECT_FALSE(GivesIds(file, "ann", "1000"));
  EXPECT_FALSE(GivesIds(file, "bert", "1002"));
  EXPECT_FALSE(GivesIds(scratch.path() / "none", "anna", "1000"));
}

}  // namespace
}  // namespace faultline
