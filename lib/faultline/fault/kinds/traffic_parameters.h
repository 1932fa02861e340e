#pragma once

#include "faultline/fault/fault_kind.h"

namespace faultline::internal {

// A time that packets take, netem's or a cable's: ten seconds at most.
inline ParameterSpec Span(const char* name, const char* description,
                          const char* default_value, double minimum) {
  return {.name = name,
          .description = description,
          .type = ParameterSpec::Type::kDuration,
          .default_value = default_value,
          .minimum = minimum,
          .maximum = 10};
}

}  // namespace faultline::internal
