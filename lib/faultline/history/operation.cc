#include "faultline/history/operation.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <array>

#include "faultline/base/error.h"

namespace faultline {
namespace {

// In the order of OperationKind.
constexpr std::array<const char*, 12> kKindTexts = {
    "read",   "write",   "delete",  "cas",     "append",  "add",
    "remove", "enqueue", "dequeue", "acquire", "release", "txn"};
static_assert(kKindTexts.size() ==
              static_cast<std::size_t>(OperationKind::kTransaction) + 1);

}  // namespace

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
  return fmt::format("{}", fmt::join(kKindTexts, ", "));
}

OperationKind ParseOperationKind(const std::string& text) {
  if (const auto kind = FindOperationKind(text)) return *kind;
  throw UsageError(
      fmt::format("unknown operation \"{}\" ({})", text, OperationKindNames()));
}

}  // namespace faultline
