#include "faultline/history/jepsen_value.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "faultline/base/error.h"

namespace faultline::internal {
namespace {

using Kind = EdnValue::Kind;

std::optional<std::string> OptionalText(const EdnValue& value) {
  if (value.IsNil()) return std::nullopt;
  return ToText(value);
}

void SetComparison(Operation& operation, const EdnValue& value) {
  if (!value.IsPair() || value.items[1].IsNil()) {
    throw UsageError("a cas whose value is not [old new]");
  }
  operation.expected = OptionalText(value.items[0]);
  operation.value = ToText(value.items[1]);
}

// JSON has strings for keywords.
bool IsOneOf(const EdnValue& value, std::string_view a, std::string_view b) {
  const bool names =
      value.kind == Kind::kKeyword || value.kind == Kind::kString;
  return names && (value.text == a || value.text == b);
}

bool IsStep(const EdnValue& step) {
  return step.IsSequence() && step.items.size() == 3 &&
         (IsOneOf(step.items[0], "r", "read") ||
          IsOneOf(step.items[0], "w", "write"));
}

// [:r key value] or [:w key value].
Access ToAccess(const EdnValue& step) {
  if (!step.IsSequence() || step.items.size() != 3) {
    throw UsageError("a step of a transaction is not [function key value]");
  }
  const EdnValue& function = step.items[0];
  const bool writes = IsOneOf(function, "w", "write");
  if (!writes && !IsOneOf(function, "r", "read")) {
    throw UsageError(fmt::format("a step {} of a transaction, known: :r :w",
                                 ToText(function)));
  }
  return {writes, ToText(step.items[1]), OptionalText(step.items[2])};
}

std::vector<Access> ToAccesses(const EdnValue& value) {
  if (!value.IsSequence() || value.items.empty()) {
    throw UsageError("a transaction whose value is not [[function key value]]");
  }
  std::vector<Access> accesses;
  for (const EdnValue& step : value.items) {
    accesses.push_back(ToAccess(step));
    const Access& access = accesses.back();
    if (access.write && !access.value) {
      throw UsageError("a transaction writes nil");
    }
  }
  return accesses;
}

// {key value, ...} of one read or write of several registers.
std::vector<Access> ToAccesses(const EdnValue& map, bool writes) {
  std::vector<Access> accesses;
  for (std::size_t i = 0; i + 1 < map.items.size(); i += 2) {
    const EdnValue& value = map.items[i + 1];
    if (writes && value.IsNil()) throw UsageError("a write of nil");
    accesses.push_back({writes, ToText(map.items[i]), OptionalText(value)});
  }
  return accesses;
}

void MakeTransaction(Operation& operation, const EdnValue& map) {
  const bool writes = operation.kind == OperationKind::kWrite;
  operation.kind = OperationKind::kTransaction;
  operation.accesses = ToAccesses(map, writes);
  operation.value.reset();
}

void SetAnsweredAccesses(Operation& operation, std::vector<Access> answered) {
  const std::vector<Access>& asked = operation.accesses;
  bool same = asked.size() == answered.size();
  for (std::size_t i = 0; same && i < asked.size(); ++i) {
    same = asked[i].write == answered[i].write &&
           asked[i].key == answered[i].key &&
           (!asked[i].write || asked[i].value == answered[i].value);
  }
  if (!same)
    throw UsageError("a transaction answers other steps than it asked");
  operation.accesses = std::move(answered);
}

bool OnlyWrites(const std::vector<Access>& accesses) {
  return std::all_of(accesses.begin(), accesses.end(),
                     [](const Access& access) { return access.write; });
}

void SetAnsweredTransaction(Operation& operation, const EdnValue& value) {
  if (value.IsNil() && OnlyWrites(operation.accesses)) return;
  if (value.kind != Kind::kMap) {
    return SetAnsweredAccesses(operation, ToAccesses(value));
  }
  const bool writes =
      !operation.accesses.empty() && operation.accesses.front().write;
  SetAnsweredAccesses(operation, ToAccesses(value, writes));
}

void SetAnsweredRead(Operation& operation, const EdnValue& value,
                     const JepsenReading& reading) {
  if (reading.maps && value.kind == Kind::kMap) {
    operation.kind = OperationKind::kTransaction;
    operation.accesses = ToAccesses(value, false);
    return;
  }
  operation.value = OptionalText(value);
  if (value.kind != Kind::kSet && !value.IsSequence()) return;
  operation.shows_elements = true;
  for (const EdnValue& item : value.items) {
    operation.elements.push_back(ToText(item));
  }
}

// What is behind the version. It is kept as the revision, 0 if it is nil.
const EdnValue& TakeVersion(Operation& operation, const EdnValue& value) {
  if (!value.IsPair()) {
    throw UsageError("an operation whose value is not [version value]");
  }
  const EdnValue& version = value.items[0];
  const char* begin = version.text.data();
  const char* end = begin + version.text.size();
  const auto [rest, error] = std::from_chars(begin, end, operation.revision);
  if (!version.IsNil() && (error != std::errc() || rest != end)) {
    throw UsageError(
        fmt::format("a version {} that is no number", ToText(version)));
  }
  return value.items[1];
}

}  // namespace

std::optional<OperationKind> KindOfFunction(const std::string& function,
                                            const HistoryOptions& options) {
  const auto renamed = options.rename.find(function);
  const std::string& name =
      renamed == options.rename.end() ? function : renamed->second;
  if (name == "get") return OperationKind::kRead;
  if (name == "put") return OperationKind::kWrite;
  const auto kind = FindOperationKind(name);
  return kind == OperationKind::kCall ? std::nullopt : kind;
}

OperationKind ToOperationKind(const std::string& function,
                              const HistoryOptions& options) {
  if (const auto kind = KindOfFunction(function, options)) return *kind;
  throw UsageError(fmt::format(
      "unknown :f :{0} (known: {1}): leave its operations out with --ignore "
      "{0}, or read them as others with --rename {0}=read",
      function, OperationKindNames()));
}

bool IsSteps(const EdnValue& value) {
  return value.IsSequence() && !value.items.empty() &&
         std::all_of(value.items.begin(), value.items.end(), IsStep);
}

void SetInvokedValue(Operation& operation, const EdnValue& value,
                     const JepsenReading& reading) {
  const OperationKind kind = operation.kind;
  if (reading.versioned) {
    JepsenReading behind = reading;
    behind.versioned = false;
    return SetInvokedValue(operation, TakeVersion(operation, value), behind);
  }
  if (kind == OperationKind::kCompareAndSet) {
    return SetComparison(operation, value);
  }
  const bool reads_or_writes =
      kind == OperationKind::kRead || kind == OperationKind::kWrite;
  if (kind == OperationKind::kTransaction ||
      (reads_or_writes && reading.steps)) {
    operation.kind = OperationKind::kTransaction;
    operation.accesses = ToAccesses(value);
    return;
  }
  if (reads_or_writes && reading.maps && value.kind == Kind::kMap) {
    return MakeTransaction(operation, value);
  }
  if (!Writes(kind)) return;
  if (value.IsNil()) {
    throw UsageError(fmt::format("a {} without a value", ToText(kind)));
  }
  operation.value = ToText(value);
}

void SetAnsweredValue(Operation& operation, const EdnValue& value,
                      const JepsenReading& reading) {
  if (reading.versioned && !value.IsNil()) {
    JepsenReading behind = reading;
    behind.versioned = false;
    return SetAnsweredValue(operation, TakeVersion(operation, value), behind);
  }
  switch (operation.kind) {
    case OperationKind::kRead:
      return SetAnsweredRead(operation, value, reading);
    case OperationKind::kTransaction:
      return SetAnsweredTransaction(operation, value);
    case OperationKind::kDequeue:
    case OperationKind::kAcquire:
      operation.value = OptionalText(value);
      return;
    default:
      return;
  }
}

}  // namespace faultline::internal
