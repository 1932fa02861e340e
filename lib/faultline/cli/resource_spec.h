#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace faultline {

// What tests share, by the names that cmake/FaultlineT040.cmake gives them:
// "memory_mib", "machines".
using Resources = std::map<std::string, int>;

// What this machine has for virtual machines now: 80 % of the memory that is
// free, and as many machines as `configured` (the build tree's resources.json)
// allows; four a processor if that file is missing or damaged.
Resources ResourcesOfThisMachine(const std::filesystem::path& configured);

// The contents of a file for `ctest --resource-spec-file`: `available`, but
// never less than one of `needs` takes, since ctest would refuse to run that
// test at all.
std::string ResourceSpec(const Resources& available,
                         const std::vector<Resources>& needs);

}  // namespace faultline
