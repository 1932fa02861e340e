#pragma once

#include "faultline/fault/fault_kind.h"

namespace faultline::internal {

// power-cut-unflushed, a line of the catalogue's machine group.
FaultKind UnflushedPowerCutKind();

}  // namespace faultline::internal
