#pragma once

#include <map>
#include <string>
#include <vector>

#include "faultline/base/warden.h"

namespace faultline {

// `env NAME=VALUE... program arguments...`, the program from the build tree.
std::vector<std::string> ProgramCommand(
    const std::string& program, const std::vector<std::string>& arguments,
    const std::map<std::string, std::string>& environment);

// Runs it to its end and returns what it said (both streams in
// `standard_output` order aside).
CommandResult RunProgram(const std::string& program,
                         const std::vector<std::string>& arguments,
                         const std::map<std::string, std::string>& environment);

// The command lines of all processes of this machine that name `path`, but not
// this process.
std::vector<std::string> ProcessesNaming(const std::string& path);

}  // namespace faultline
