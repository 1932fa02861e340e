#include "faultline/history/operation.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>
#include <utility>

#include "faultline/base/error.h"

namespace faultline {
namespace {

// In the order of OperationKind.
constexpr std::array<const char*, 13> kKindTexts = {
    "read",    "write",   "delete",  "cas",     "append", "add", "remove",
    "enqueue", "dequeue", "acquire", "release", "txn",    "call"};
static_assert(kKindTexts.size() ==
              static_cast<std::size_t>(OperationKind::kCall) + 1);

}  // namespace

Operation MakeCall(std::string function, std::string object,
                   std::string input) {
  Operation operation;
  operation.kind = OperationKind::kCall;
  operation.key = std::move(object);
  operation.call =
      std::make_shared<const Call>(Call{std::move(function), std::move(input)});
  return operation;
}

void AnswerCall(Operation& operation, std::string output) {
  Call call = *operation.call;
  call.output = std::move(output);
  operation.call = std::make_shared<const Call>(std::move(call));
  operation.outcome = Outcome::kOk;
}

std::string FunctionOf(const Operation& operation) {
  return operation.call ? operation.call->function : ToText(operation.kind);
}

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
  const auto index = static_cast<std::size_t>(kind);
  return index < kKindTexts.size() ? kKindTexts[index] : "?";
}

Outcome ParseOutcome(const std::string& text) {
  for (const Outcome outcome :
       {Outcome::kOk, Outcome::kFail, Outcome::kUnknown}) {
    if (text == ToText(outcome)) return outcome;
  }
  throw UsageError(
      fmt::format("unknown outcome \"{}\" (ok, fail, unknown)", text));
}

std::optional<OperationKind> FindOperationKind(const std::string& text) {
  for (std::size_t i = 0; i < kKindTexts.size(); ++i) {
    if (text == kKindTexts[i]) return static_cast<OperationKind>(i);
  }
  return std::nullopt;
}

std::string OperationKindNames() {
  return fmt::format("{}",
                     fmt::join(kKindTexts.begin(), kKindTexts.end() - 1, ", "));
}

OperationKind ParseOperationKind(const std::string& text) {
  if (const auto kind = FindOperationKind(text)) return *kind;
  throw UsageError(
      fmt::format("unknown operation \"{}\" ({})", text, OperationKindNames()));
}

}  // namespace faultline
