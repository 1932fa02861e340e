#include "faultline/history/operation.h"

#include <fmt/format.h>

#include "faultline/base/error.h"

namespace faultline {

const char* ToText(Outcome outcome) {
  switch (outcome) {
    case Outcome::kOk:
      return "ok";
    case Outcome::kFail:
      return "fail";
    case Outcome::kUnknown:
      break;
  }
  return "unknown";
}

const char* ToText(OperationKind kind) {
  switch (kind) {
    case OperationKind::kRead:
      return "read";
    case OperationKind::kWrite:
      return "write";
    case OperationKind::kDelete:
      return "delete";
    case OperationKind::kCompareAndSet:
      break;
  }
  return "cas";
}

Outcome ParseOutcome(const std::string& text) {
  for (const Outcome outcome :
       {Outcome::kOk, Outcome::kFail, Outcome::kUnknown}) {
    if (text == ToText(outcome)) return outcome;
  }
  throw UsageError(
      fmt::format("unknown outcome \"{}\" (ok, fail, unknown)", text));
}

OperationKind ParseOperationKind(const std::string& text) {
  for (const OperationKind kind :
       {OperationKind::kRead, OperationKind::kWrite, OperationKind::kDelete,
        OperationKind::kCompareAndSet}) {
    if (text == ToText(kind)) return kind;
  }
  throw UsageError(
      fmt::format("unknown operation \"{}\" (read, write, delete, cas)", text));
}

}  // namespace faultline
