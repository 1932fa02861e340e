#include "faultline/page/operation_columns.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "faultline/report/markup.h"

namespace faultline::internal {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMostLength = 400;
constexpr char kAbsent[] = "absent";

std::string Shortened(const std::string& text) {
  if (text.size() <= kMostLength) return text;
  return fmt::format("{} ... ({} bytes)", text.substr(0, kMostLength),
                     text.size());
}

// Each text once.
class Texts {
 public:
  std::size_t Place(const std::string& text) {
    const auto [found, added] = places_.try_emplace(text, texts_.size());
    if (added) texts_.push_back(ValidUtf8(Shortened(text)));
    return found->second;
  }
  Json Take() { return std::move(texts_); }

 private:
  std::unordered_map<std::string, std::size_t> places_;
  Json texts_ = Json::array();
};

std::string AccessesText(const Operation& operation) {
  std::string text;
  for (const Access& access : operation.accesses) {
    text += fmt::format("{}{} {}={}", text.empty() ? "" : ", ",
                        access.write ? "write" : "read", access.key,
                        access.value.value_or(kAbsent));
  }
  return text;
}

}  // namespace

std::string InputText(const Operation& operation) {
  switch (operation.kind) {
    case OperationKind::kRead:
    case OperationKind::kDequeue:
    case OperationKind::kDelete:
    case OperationKind::kAcquire:
    case OperationKind::kRelease:
      return "";
    case OperationKind::kCompareAndSet:
      return fmt::format("{} -> {}", operation.expected.value_or(kAbsent),
                         operation.value.value_or(kAbsent));
    case OperationKind::kTransaction:
      return AccessesText(operation);
    case OperationKind::kCall:
      return operation.call->input;
    default:
      return operation.value.value_or("");
  }
}

std::string OutputText(const Operation& operation) {
  if (operation.outcome != Outcome::kOk) return operation.error;
  if (operation.kind == OperationKind::kCall) return operation.call->output;
  if (operation.shows_elements || !operation.elements.empty())
    return fmt::format("{{{}}}", fmt::join(operation.elements, ", "));
  const bool answers = operation.kind == OperationKind::kRead ||
                       operation.kind == OperationKind::kDequeue;
  if (answers) return operation.value.value_or(kAbsent);
  if (operation.kind == OperationKind::kAcquire)
    return operation.value.value_or("");
  return "";
}

std::int64_t PageTime(const History& history, std::int64_t ns) {
  constexpr std::int64_t kMicrosecond = 1000;
  return history.timed ? ns / kMicrosecond : ns;
}

Json OperationColumns(const History& history) {
  Texts texts;
  Json columns = {{"process", Json::array()}, {"invoked", Json::array()},
                  {"length", Json::array()},  {"function", Json::array()},
                  {"key", Json::array()},     {"input", Json::array()},
                  {"output", Json::array()}};
  std::string outcomes;
  std::int64_t last = 0;
  for (const Operation& operation : history.operations) {
    const std::int64_t invoked = PageTime(history, operation.invoked_ns);
    const bool open = operation.outcome == Outcome::kUnknown;
    columns["process"].push_back(operation.process);
    columns["invoked"].push_back(invoked - last);
    columns["length"].push_back(
        open ? -1 : PageTime(history, operation.completed_ns) - invoked);
    columns["function"].push_back(texts.Place(FunctionOf(operation)));
    columns["key"].push_back(texts.Place(operation.key));
    columns["input"].push_back(texts.Place(InputText(operation)));
    columns["output"].push_back(texts.Place(OutputText(operation)));
    outcomes += *ToText(operation.outcome);  // o, f or u
    last = invoked;
  }
  columns["outcome"] = outcomes;
  columns["texts"] = texts.Take();
  return columns;
}

}  // namespace faultline::internal
