#pragma once

#include <cerrno>
#include <string>
#include <system_error>

namespace faultline {

// What the system calls its last error: "No space left on device".
inline std::string ErrnoText(int error = errno) {
  return std::generic_category().message(error);
}

}  // namespace faultline
