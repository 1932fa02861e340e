#pragma once

#include <map>
#include <string>

namespace faultline {

// How ctest says that a test ended.
struct TestOutcome {
  enum class Kind { kPassed, kFailed, kSkipped, kNotRun };
  Kind kind = Kind::kNotRun;
  double seconds = 0;
  std::string reason = {};  // why it did not run, as far as ctest says
};

// By test name, from what `ctest --output-junit` writes. Throws UsageError if
// it is cut off or no such file.
std::map<std::string, TestOutcome> ParseJunit(const std::string& xml);

}  // namespace faultline
