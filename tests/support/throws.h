#pragma once

#include <string>

#include "faultline/base/error.h"

namespace faultline {

// The message of the UsageError that `action` throws; empty if it throws none.
template <typename Action>
std::string ErrorOf(Action action) {
  try {
    action();
  } catch (const UsageError& error) {
    return error.what();
  }
  return "";
}

}  // namespace faultline
