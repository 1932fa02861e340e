#pragma once

#include <filesystem>
#include <string>

namespace faultline::internal {

// The first place that has the helper program ("faultline-warden",
// "faultline-leg"): where FAULTLINE_WARDEN names the warden, beside this
// executable, the build tree, the installed libexec directory. Throws
// MachineError that names them.
std::filesystem::path FindHelper(const std::string& name);

}  // namespace faultline::internal
