#include "faultline/vm/accelerator_cache.h"

#include <gtest/gtest.h>

#include "support/scratch_directory.h"

namespace faultline {
namespace {

const Accelerator kSlow{"tcg", "there is no /dev/kvm", 2.5};

GuestImage Image(const std::string& id) {
  GuestImage image;
  image.id = id;
  return image;
}

TEST(AcceleratorCache, RemembersAnAnswer) {
  const ScratchDirectory scratch;
  const AcceleratorCache cache(scratch.path() / "new/accelerator.json", "key");
  EXPECT_FALSE(cache.Load());
  cache.Store(kSlow);
  const auto known = cache.Load();
  ASSERT_TRUE(known);
  EXPECT_EQ(known->name, "tcg");
  EXPECT_EQ(known->reason, "there is no /dev/kvm");
  EXPECT_EQ(known->time_scale, 2.5);
}

TEST(AcceleratorCache, ForgetsItForAnotherKey) {
  const ScratchDirectory scratch;
  const auto file = scratch.path() / "accelerator.json";
  AcceleratorCache(file, "before").Store(kSlow);
  EXPECT_FALSE(AcceleratorCache(file, "after").Load());
}

TEST(AcceleratorCache, IgnoresADamagedFile) {
  const ScratchDirectory scratch;
  for (const char* text :
       {"", "{", "[]", "7", R"({"key": "key"})",
        R"({"key": "key", "name": "xen", "reason": "", "time_scale": 1})",
        R"({"key": "key", "name": "tcg", "reason": "", "time_scale": 0})",
        R"({"key": "key", "name": "tcg", "reason": 1, "time_scale": 1})"}) {
    const auto file = scratch.Write("accelerator.json", text);
    EXPECT_FALSE(AcceleratorCache(file, "key").Load()) << text;
  }
}

TEST(AcceleratorCache, DoesNotMindAPlaceItCannotWrite) {
  const AcceleratorCache cache("/proc/nowhere/accelerator.json", "key");
  cache.Store(kSlow);
  EXPECT_FALSE(cache.Load());
}

TEST(ProbeKey, ChangesWithQemuAndImage) {
  const ScratchDirectory scratch;
  const auto qemu = scratch.Write("qemu", "one");
  const std::string key = ProbeKey(qemu, Image("a"));
  EXPECT_EQ(ProbeKey(qemu, Image("a")), key);
  EXPECT_NE(ProbeKey(qemu, Image("b")), key);
  scratch.Write("qemu", "a newer one");
  EXPECT_NE(ProbeKey(qemu, Image("a")), key);
}

TEST(TimeScale, FollowsTheTrialBootInHalvesFromOneToEight) {
  EXPECT_EQ(TimeScaleFor(0.3), 1);
  EXPECT_EQ(TimeScaleFor(1.2), 1);
  EXPECT_EQ(TimeScaleFor(1.3), 1.5);
  EXPECT_EQ(TimeScaleFor(2.6), 2.5);
  EXPECT_EQ(TimeScaleFor(60), 8);
}

}  // namespace
}  // namespace faultline
