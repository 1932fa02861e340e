#include "faultline/testing/test_run.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <string_view>

#include "faultline/report/rerun.h"

namespace faultline {
namespace {

std::string& Prefix() {
  static std::string prefix;
  return prefix;
}

std::string& BuildDirectory() {
  static std::string directory;
  return directory;
}

// For CMake's regular expressions, which `ctest -R` takes.
std::string EscapeRegex(std::string_view text) {
  std::string escaped;
  for (const char c : text) {
    if (std::string_view(".+*?()[]^$|\\").find(c) != std::string_view::npos)
      escaped += '\\';
    escaped += c;
  }
  return escaped;
}

}  // namespace

void SetTestNamePrefix(const std::string& prefix) { Prefix() = prefix; }
void SetBuildDirectory(const std::string& directory) {
  BuildDirectory() = directory;
}

std::uint64_t PerTestSeed(int gtest_seed, const std::string& name) {
  std::uint64_t hash = 0xcbf29ce484222325;
  for (const unsigned char c : name) hash = (hash ^ c) * 0x100000001b3;
  hash += 0x9e3779b97f4a7c15 * static_cast<std::uint64_t>(gtest_seed);
  hash = (hash ^ (hash >> 30)) * 0xbf58476d1ce4e5b9;
  hash = (hash ^ (hash >> 27)) * 0x94d049bb133111eb;
  return hash ^ (hash >> 31);
}

TestRun CurrentTestRun() {
  const testing::TestInfo* info =
      testing::UnitTest::GetInstance()->current_test_info();
  const std::string own =
      info == nullptr
          ? "none"
          : fmt::format("{}.{}", info->test_suite_name(), info->name());
  const std::string name = Prefix() + own;
  const int gtest_seed = GTEST_FLAG_GET(random_seed);
  return {.name = name,
          .gtest_seed = gtest_seed,
          .seed = PerTestSeed(gtest_seed, name),
          .rerun = fmt::format(
              "{}GTEST_RANDOM_SEED={} ctest --test-dir {} --output-on-failure "
              "--no-tests=error -R {}",
              RerunEnvironment(), gtest_seed, ShellWord(BuildDirectory()),
              ShellWord("^" + EscapeRegex(name) + "$"))};
}

}  // namespace faultline
