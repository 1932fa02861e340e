#include "faultline/check/describe.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <cstdlib>
#include <functional>

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

// A history may be of one object, which has no name.
std::string On(const Operation& operation, const char* preposition) {
  if (operation.key.empty()) return "";
  return fmt::format("{}{} key={}", *preposition == '\0' ? "" : " ",
                     preposition, operation.key);
}

// "called authenticate(ada) on key=iam answer=granted".
std::string CallText(const Operation& operation) {
  const Call& call = *operation.call;
  return fmt::format(
      "called {}({}){}{}", call.function, call.input, On(operation, "on"),
      operation.outcome == Outcome::kOk ? " answer=" + call.output : "");
}

std::string Action(const Operation& operation) {
  const std::string on = On(operation, "");
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
      return "appended" + On(operation, "to") + " value=" + value;
    case OperationKind::kAdd:
      return "added" + On(operation, "to") + " value=" + value;
    case OperationKind::kRemove:
      return "removed" + On(operation, "from") + " value=" + value;
    case OperationKind::kEnqueue:
      return "enqueued" + On(operation, "to") + " value=" + value;
    case OperationKind::kDequeue:
      return "dequeued" + On(operation, "from") + " " + Value(operation.value);
    case OperationKind::kAcquire:
      return "acquired" + on +
             (operation.value ? " token=" + *operation.value : "");
    case OperationKind::kRelease:
      return "released" + on;
    case OperationKind::kTransaction:
      return Transaction(operation);
    case OperationKind::kCall:
      return CallText(operation);
    case OperationKind::kCompareAndSet:
      break;
  }
  return fmt::format("set{} from {} to value={}", on,
                     operation.expected.value_or("absent"), value);
}

// When something happened: the line says it where the file tells no times.
using When = std::function<std::string(std::int64_t ns, bool completed)>;

std::string Ending(const Operation& operation, const When& when) {
  const char* space = operation.error.empty() ? "" : ": ";
  switch (operation.outcome) {
    case Outcome::kOk:
      return "acknowledged at " + when(operation.completed_ns, true);
    case Outcome::kFail:
      return fmt::format("failed at {}{}{}", when(operation.completed_ns, true),
                         space, operation.error);
    case Outcome::kUnknown:
      break;
  }
  return fmt::format("with unknown outcome, invoked at {}{}{}",
                     when(operation.invoked_ns, false), space, operation.error);
}

std::string Describe(const Operation& operation, const When& when) {
  return fmt::format("process {} {} {}", operation.process, Action(operation),
                     Ending(operation, when));
}

std::string AtTime(std::int64_t ns, bool) { return TimeText(ns); }

// {0, 0} if nothing says it.
OperationLines LinesOf(const History& history, const Operation& operation) {
  const auto index =
      static_cast<std::size_t>(&operation - history.operations.data());
  return index < history.lines.size() ? history.lines[index] : OperationLines{};
}

When WhenIn(const History& history, const Operation& operation) {
  if (history.timed) return AtTime;
  const OperationLines lines = LinesOf(history, operation);
  return [lines](std::int64_t, bool completed) {
    return fmt::format("line {}", completed ? lines.completed : lines.invoked);
  };
}

// As many decimals as say something, `least` at least.
std::string Decimals(double number, int most, std::size_t least) {
  std::string text = fmt::format("{:.{}f}", number, most);
  const std::size_t shortest = text.find('.') + 1 + least;
  while (text.size() > shortest && text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

}  // namespace

std::string TimeText(std::int64_t ns) {
  const auto number = static_cast<double>(ns);
  if (ns == 0) return "0 s";
  if (std::llabs(ns) < 1000) return fmt::format("{} ns", ns);
  if (std::llabs(ns) < 1'000'000) return Decimals(number / 1e3, 3, 0) + " us";
  if (std::llabs(ns) < 1'000'000'000) {
    return Decimals(number / 1e6, 3, 0) + " ms";
  }
  return Decimals(number / 1e9, 6, 3) + " s";
}

std::string Describe(const Operation& operation) {
  return Describe(operation, AtTime);
}

std::string Describe(const History& history, const Operation& operation) {
  return Describe(operation, WhenIn(history, operation)) +
         Location(history, operation);
}

std::string InvokedAt(const History& history, const Operation& operation) {
  return "invoked at " +
         WhenIn(history, operation)(operation.invoked_ns, false);
}

std::string Location(const History& history, const Operation& operation) {
  const OperationLines lines = LinesOf(history, operation);
  if (lines.invoked == 0) return "";
  const std::string name =
      std::filesystem::path(history.file).filename().string();
  const std::string completed =
      lines.completed == 0 ? "" : fmt::format(",{}", lines.completed);
  return fmt::format(" [{}:{}{}]", name, lines.invoked, completed);
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
