#pragma once

#include <filesystem>
#include <optional>
#include <string>

namespace faultline {

// Where PATH finds `program`; a name with a slash is taken as it is. Nothing
// if there is no such executable file.
std::optional<std::filesystem::path> FindProgram(const std::string& program);

// The same, or a UsageError that says how to get the program.
std::filesystem::path RequireProgram(const std::string& program);

}  // namespace faultline
