#pragma once

#include <optional>
#include <string>

#include "faultline/history/edn.h"
#include "faultline/history/operation.h"

namespace faultline::internal {

// The kind that a Jepsen function names (":get" reads, ":put" writes). Throws
// UsageError for another word.
OperationKind ToOperationKind(const std::string& function);

// The value is a tuple [key value] of jepsen.independent.
bool IsKeyTuple(OperationKind kind, const EdnValue& value);

// What an invocation's value says of its operation. A write or read of a map
// {key value, ...} is made a transaction. Throw UsageError with the reason.
void SetInvokedValue(Operation& operation, const EdnValue& value);
void SetAnsweredValue(Operation& operation, const EdnValue& value);

}  // namespace faultline::internal
