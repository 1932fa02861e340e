#pragma once

#include <optional>
#include <string>

#include "faultline/history/edn.h"
#include "faultline/history/history_options.h"
#include "faultline/history/jepsen_reading.h"
#include "faultline/history/operation.h"

namespace faultline::internal {

// The kind that a Jepsen function names (":get" reads, ":put" writes), renamed
// as the options say; nothing if it names none.
std::optional<OperationKind> KindOfFunction(const std::string& function,
                                            const HistoryOptions& options);
// Throws UsageError instead.
OperationKind ToOperationKind(const std::string& function,
                              const HistoryOptions& options);

// A list of steps of a transaction: [[:r key nil] [:w key value] ...].
bool IsSteps(const EdnValue& value);

// What an invocation's value, behind its key, says of its operation. A write or
// read of several registers is made a transaction. Throw UsageError with the
// reason.
void SetInvokedValue(Operation& operation, const EdnValue& value,
                     const JepsenReading& reading);
void SetAnsweredValue(Operation& operation, const EdnValue& value,
                      const JepsenReading& reading);

}  // namespace faultline::internal
