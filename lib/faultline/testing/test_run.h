#pragma once

#include <cstdint>
#include <string>

namespace faultline {

// Who this test is, for names, seeds and the line that reruns it. Set up by
// RunTests (run_tests.h).
struct TestRun {
  std::string name;  // the full ctest name: "T040.S2.ChainFire.LeaderKilled..."
  int gtest_seed = 0;  // gtest's own: the one knob
  std::uint64_t seed =
      0;  // hash(gtest seed, name): adding a test shifts no other's choices
  std::string rerun;  // a shell line that runs this test again with this seed
};

// The test that gtest is running now.
TestRun CurrentTestRun();

// The prefix that ctest names carry before gtest's own ("T040.S2."), and the
// build tree for the rerun line.
void SetTestNamePrefix(const std::string& prefix);
void SetBuildDirectory(const std::string& directory);

// A stable 64-bit hash (FNV-1a of the name, mixed with the seed by splitmix64).
std::uint64_t PerTestSeed(int gtest_seed, const std::string& name);

}  // namespace faultline
