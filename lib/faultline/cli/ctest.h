#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "faultline/base/warden.h"
#include "faultline/cli/junit.h"
#include "faultline/cli/resource_spec.h"

namespace faultline {

// A test as ctest lists it.
struct ListedTest {
  std::string name;
  int number = 0;  // its place among all tests of the build tree, from 1
  int processors = 1;
  Resources resources = {};
  bool needs_image = false;
};

struct CtestOptions {
  int jobs = 1;
  int repetitions = 1;  // of each test, until it fails
};

struct CtestRun {
  int exit_code = 1;
  std::map<std::string, TestOutcome> outcomes;  // of the tests asked for alone
  // Every one of them passed or was skipped, and one passed at least.
  bool good = false;
};

// The tests in `json` (`ctest --show-only=json-v1`, of all labels) that carry
// one of `labels` and whose name matches the regular expression `filter`
// (ECMAScript, anywhere in the name; empty: all), in ctest's order. Throws
// UsageError for a filter that is no regular expression or matches nothing,
// SetupError if a program with such tests is not built.
std::vector<ListedTest> SelectTests(const std::string& json,
                                    const std::vector<std::string>& labels,
                                    const std::string& filter);

// Whether a run of `tests` was good: ctest's own word is not enough, since it
// also ends well when it ran nothing.
bool AllRan(const std::vector<ListedTest>& tests,
            const std::map<std::string, TestOutcome>& outcomes);

// The ctest of this build tree, which runs every test of the project.
class Ctest {
 public:
  explicit Ctest(Warden& warden) : warden_(warden) {}

  // As SelectTests. Boots nothing.
  std::vector<ListedTest> List(const std::vector<std::string>& labels,
                               const std::string& filter);

  // Runs exactly these, each line of ctest's output given to `on_line` (a
  // second's silence too, with an empty line, so that progress can be shown).
  CtestRun Run(const std::vector<ListedTest>& tests,
               const CtestOptions& options,
               const std::function<void(const std::string& line)>& on_line);

 private:
  Warden& warden_;
};

// FAULTLINE_BUILD, else the tree this program was built in.
std::filesystem::path BuildDirectory();

// Where tests started by ctest leave their evidence: FAULTLINE_RUNS, else
// `faultline-runs` in the build tree (ctest runs them there).
std::filesystem::path RunsDirectory();

}  // namespace faultline
