#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

#include "faultline/cli/ctest.h"

namespace faultline {

// How long a run of tests takes, from what their last runs below a root of run
// directories took. A test that has none is taken to need as long as the others
// need on average. A value.
class RunTime {
 public:
  RunTime(const std::vector<ListedTest>& tests, int jobs, int repetitions,
          const std::filesystem::path& runs);

  // "38 scenarios, about 11 minutes by their last runs"; without those, what a
  // scenario usually takes.
  std::string Expected() const;
  // What one repetition of this test takes, in seconds; 0: nobody knows.
  double TypicalOf(const std::string& test) const;
  // Seconds until all are done, if these have ended and the others took
  // `spent` seconds so far; 0: nobody knows.
  double Rest(const std::map<std::string, bool>& ended, double spent) const;

 private:
  struct Test {
    double seconds = 0;  // 0: it never ran
    double share = 1;    // of the jobs, while it runs
  };

  double Average() const;

  std::map<std::string, Test> tests_;
  int repetitions_;
};

// "about 90 s", "about 11 minutes".
std::string AboutText(double seconds);

}  // namespace faultline
