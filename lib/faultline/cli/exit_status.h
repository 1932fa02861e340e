#pragma once

#include "faultline/base/error.h"

namespace faultline {

// What `faultline` exits with. The commands that judge (check, sweep) say 2 for
// "nothing was proven", and so 3 where the others say 2.
inline constexpr int kExitGood = 0;
inline constexpr int kExitRed = 1;
inline constexpr int kExitInconclusive = 2;
inline constexpr int kExitUsage = 2;
inline constexpr int kExitJudgeUsage = 3;
// No verdict, and not the caller's mistake: a package, the build, the image or
// the place for the output is missing. The wrapper ./faultline says the same.
inline constexpr int kExitSetup = 4;

// What kExitSetup stands for.
class SetupError : public Error {
 public:
  using Error::Error;
};

}  // namespace faultline
