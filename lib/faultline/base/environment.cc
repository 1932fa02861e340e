#include "faultline/base/environment.h"

#include <cstdlib>

namespace faultline {

std::optional<std::string> Environment(const std::string& name) {
  const char* value = std::getenv(name.c_str());
  if (value == nullptr || *value == '\0') return std::nullopt;
  return value;
}

}  // namespace faultline
