#include "faultline/check/describe.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace faultline::internal {
namespace {

constexpr std::size_t kMostLines = 10;

std::string Value(const std::optional<std::string>& value) {
  return value ? "value=" + *value : "value absent";
}

std::string Elements(const Operation& operation) {
  return fmt::format("elements={{{}}}", fmt::join(operation.elements, " "));
}

std::string Transaction(const Operation& operation) {
  std::string text = "transacted";
  for (const Access& access : operation.accesses) {
    text += fmt::format(
        "{} {} key={} {}", &access == &operation.accesses[0] ? "" : ",",
        access.write ? "wrote" : "read", access.key, Value(access.value));
  }
  return text;
}

std::string Action(const Operation& operation) {
  const std::string on = " key=" + operation.key;
  const std::string value = operation.value.value_or("");
  switch (operation.kind) {
    case OperationKind::kRead:
      return operation.elements.empty()
                 ? "read" + on + " " + Value(operation.value)
                 : "read" + on + " " + Elements(operation);
    case OperationKind::kWrite:
      return "wrote" + on + " value=" + value;
    case OperationKind::kDelete:
      return "deleted" + on;
    case OperationKind::kAppend:
      return "appended to" + on + " value=" + value;
    case OperationKind::kAdd:
      return "added to" + on + " value=" + value;
    case OperationKind::kRemove:
      return "removed from" + on + " value=" + value;
    case OperationKind::kEnqueue:
      return "enqueued to" + on + " value=" + value;
    case OperationKind::kDequeue:
      return "dequeued from" + on + " " + Value(operation.value);
    case OperationKind::kAcquire:
      return "acquired" + on +
             (operation.value ? " token=" + *operation.value : "");
    case OperationKind::kRelease:
      return "released" + on;
    case OperationKind::kTransaction:
      return Transaction(operation);
    case OperationKind::kCompareAndSet:
      break;
  }
  return fmt::format("set{} from {} to value={}", on,
                     operation.expected.value_or("absent"), value);
}

std::string Ending(const Operation& operation) {
  const char* space = operation.error.empty() ? "" : ": ";
  switch (operation.outcome) {
    case Outcome::kOk:
      return "acknowledged at " + AtSecond(operation.completed_ns);
    case Outcome::kFail:
      return fmt::format("failed at {}{}{}", AtSecond(operation.completed_ns),
                         space, operation.error);
    case Outcome::kUnknown:
      break;
  }
  return fmt::format("with unknown outcome, invoked at {}{}{}",
                     AtSecond(operation.invoked_ns), space, operation.error);
}

}  // namespace

std::string AtSecond(std::int64_t ns) {
  return fmt::format("{:.3f} s", static_cast<double>(ns) / 1e9);
}

std::string Describe(const Operation& operation) {
  return fmt::format("process {} {} {}", operation.process, Action(operation),
                     Ending(operation));
}

void Evidence::Add(std::string line) {
  if (lines_.size() < kMostLines) {
    lines_.push_back(std::move(line));
  } else {
    ++more_;
  }
}

Verdict Evidence::Judge(std::string property, std::string counted) const {
  if (lines_.empty()) {
    return {Judgement::kHolds, std::move(property), {std::move(counted)}};
  }
  Verdict verdict{Judgement::kViolated, std::move(property), lines_};
  if (more_ > 0) verdict.evidence.push_back(fmt::format("and {} more", more_));
  return verdict;
}

Verdict Inconclusive(std::string property, std::string reason) {
  return {Judgement::kUnknown, std::move(property), {std::move(reason)}};
}

}  // namespace faultline::internal
