#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "faultline/cli/ctest.h"

namespace faultline {

// "38 scenarios, about 11 minutes", from what their last runs below `runs`
// took; without those, what a scenario usually takes.
std::string ExpectedTime(const std::vector<ListedTest>& tests, int jobs,
                         int repetitions, const std::filesystem::path& runs);

}  // namespace faultline
