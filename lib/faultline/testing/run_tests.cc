#include "faultline/testing/run_tests.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iostream>
#include <memory>
#include <random>

#include "faultline/base/log.h"
#include "faultline/base/private_loopback.h"
#include "faultline/testing/listener.h"
#include "faultline/testing/test_run.h"

namespace faultline {
namespace {

constexpr int kLargestSeed = 99999;  // gtest's own limit

void ChooseSeed() {
  if (GTEST_FLAG_GET(random_seed) != 0) return;
  std::random_device device;
  GTEST_FLAG_SET(random_seed, 1 + static_cast<int>(device() % kLargestSeed));
}

// What a test starts must not be reached by other users of this host.
void KeepOthersOut() {
  const std::string reason = UsePrivateLoopback();
  if (reason.empty()) return;
  Log(LogLevel::kInfo,
      "other users of this host can reach the ports of this run: " + reason);
}

}  // namespace

int RunTests(int argc, char** argv, const std::string& name_prefix,
             const std::string& build_directory) {
  testing::InitGoogleMock(&argc, argv);
  if (argc > 1) {
    std::cerr << argv[0] << ": unknown option " << argv[1] << "\n";
    return 2;
  }
  ChooseSeed();
  SetTestNamePrefix(name_prefix);
  SetBuildDirectory(build_directory);
  testing::UnitTest::GetInstance()->listeners().Append(
      std::make_unique<RerunListener>().release());  // gtest owns it
  const bool listing = GTEST_FLAG_GET(list_tests);
  if (!listing) KeepOthersOut();
  const int status = RUN_ALL_TESTS();
  if (!listing && testing::UnitTest::GetInstance()->test_to_run_count() == 0) {
    std::cerr << argv[0] << ": the filter matches no test\n";
    return 2;
  }
  return status;
}

}  // namespace faultline
