#pragma once

#include <string>

namespace faultline {

// A test program's main: gtest with our listener, one seed (gtest's own; drawn
// and printed if not given), the prefix of its ctest names, and an error
// instead of a green run if the filter matches nothing.
int RunTests(int argc, char** argv, const std::string& name_prefix,
             const std::string& build_directory);

}  // namespace faultline
