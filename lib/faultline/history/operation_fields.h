#pragma once

#include "faultline/history/operation.h"

namespace faultline::internal {

// The answer of such an operation may carry a value.
inline bool AnswersValue(OperationKind kind) {
  return kind == OperationKind::kRead || kind == OperationKind::kDequeue ||
         kind == OperationKind::kAcquire;
}

}  // namespace faultline::internal
