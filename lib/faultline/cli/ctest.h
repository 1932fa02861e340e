#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "faultline/base/warden.h"

namespace faultline {

// The ctest of this build tree, which runs every test of the project.
class Ctest {
 public:
  explicit Ctest(Warden& warden) : warden_(warden) {}

  // Full names of the tests whose label matches and whose name matches the
  // regular expression `filter` (empty: all), in ctest's order. Boots nothing.
  // Throws UsageError for a filter that is no regular expression or matches
  // nothing.
  std::vector<std::string> List(const std::string& label_regex,
                                const std::string& filter);

  // Runs ctest with these arguments, each line of its output given to `on_line`
  // (a second's silence too, with an empty line, so that progress can be
  // shown). Returns its exit code.
  int Run(const std::vector<std::string>& arguments,
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
