#include "faultline/check/describe.h"

#include <fmt/format.h>

namespace faultline::internal {
namespace {

constexpr std::size_t kMostLines = 10;

std::string Action(const Operation& operation) {
  switch (operation.kind) {
    case OperationKind::kRead:
      return operation.value
                 ? fmt::format("read key={} value={}", operation.key,
                               *operation.value)
                 : fmt::format("read key={} value absent", operation.key);
    case OperationKind::kWrite:
      return fmt::format("wrote key={} value={}", operation.key,
                         operation.value.value_or(""));
    case OperationKind::kDelete:
      return fmt::format("deleted key={}", operation.key);
    case OperationKind::kCompareAndSet:
      break;
  }
  return fmt::format("set key={} from {} to value={}", operation.key,
                     operation.expected.value_or("absent"),
                     operation.value.value_or(""));
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
