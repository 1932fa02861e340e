#pragma once

#include <filesystem>
#include <string>

namespace faultline {

// Writes index.html over all runs below `root`, and says where it is, or in one
// line why there is none: the verdicts do not depend on it. Does not throw.
std::string WriteIndexLine(const std::filesystem::path& root);

}  // namespace faultline
