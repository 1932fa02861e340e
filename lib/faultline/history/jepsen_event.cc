#include "faultline/history/jepsen_event.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "faultline/base/error.h"

namespace faultline::internal {
namespace {

constexpr std::array<std::string_view, 4> kTypes = {"invoke", "ok", "fail",
                                                    "info"};

bool IsType(std::string_view text) {
  return std::find(kTypes.begin(), kTypes.end(), text) != kTypes.end();
}

template <typename Number>
std::optional<Number> ParseNumber(std::string_view text) {
  Number number = 0;
  const char* begin = text.data();
  const char* end = begin + text.size();
  const auto [rest, error] = std::from_chars(begin, end, number);
  if (error != std::errc() || rest != end) return std::nullopt;
  return number;
}

// JSON has no keywords.
bool IsName(const EdnValue& value) {
  return value.kind == EdnValue::Kind::kKeyword ||
         value.kind == EdnValue::Kind::kString;
}

// A process that is no number is the nemesis or another helper.
std::optional<int> ToProcess(const EdnValue& value) {
  if (value.kind != EdnValue::Kind::kNumber) {
    if (IsName(value)) return std::nullopt;
    throw UsageError(":process is neither a number nor a keyword");
  }
  const auto process = ParseNumber<int>(value.text);
  if (!process || *process < 0) {
    throw UsageError(
        fmt::format(":process {} is not from 0 to 2147483647", value.text));
  }
  return process;
}

const EdnValue& Field(const EdnValue& map, std::string_view name) {
  if (const EdnValue* field = map.Find(name)) return *field;
  throw UsageError(fmt::format("an operation lacks :{}", name));
}

std::string ToName(const EdnValue& field, std::string_view name) {
  if (!IsName(field)) {
    throw UsageError(fmt::format(":{} is not a keyword", name));
  }
  return field.text;
}

std::optional<std::int64_t> ToTime(const EdnValue& map) {
  const EdnValue* time = map.Find("time");
  if (time == nullptr || time->IsNil()) return std::nullopt;
  const auto number = ParseNumber<std::int64_t>(time->text);
  if (time->kind != EdnValue::Kind::kNumber || !number) {
    throw UsageError(":time is not a number of nanoseconds");
  }
  return number;
}

bool IsSpace(char c) { return c == ' ' || c == '\t'; }

std::string_view TrimRight(std::string_view text) {
  while (!text.empty() && (IsSpace(text.back()) || text.back() == '\r')) {
    text.remove_suffix(1);
  }
  return text;
}

// The next word from `from` on, and where it ends.
std::string_view Word(std::string_view line, std::size_t& from) {
  while (from < line.size() && IsSpace(line[from])) ++from;
  const std::size_t begin = from;
  while (from < line.size() && !IsSpace(line[from])) ++from;
  return line.substr(begin, from - begin);
}

// A line of a log, cut at its type: what stands before it, and after.
struct CutLine {
  std::string_view process;
  std::string_view type;
  std::string_view rest;
};

std::optional<CutLine> CutAtType(std::string_view line) {
  std::string_view before;
  for (std::size_t at = 0; at < line.size();) {
    const std::string_view word = Word(line, at);
    if (word.size() > 1 && word.front() == ':' && IsType(word.substr(1))) {
      return CutLine{before, word.substr(1), line.substr(at)};
    }
    before = word;
  }
  return std::nullopt;
}

// "jepsen.util - 3", or "3" and a keyword: its line must be an operation,
// whatever is damaged in it.
bool AnnouncesOperation(std::string_view line) {
  std::size_t begin = 0;
  if (ParseNumber<int>(Word(line, begin)) && Word(line, begin).starts_with(':'))
    return true;
  for (const std::string_view logger : {"jepsen.util - ", "jepsen.util: "}) {
    const std::size_t found = line.find(logger);
    if (found == std::string_view::npos) continue;
    std::size_t at = found + logger.size();
    const std::string_view word = Word(line, at);
    if (ParseNumber<int>(word)) return true;
  }
  return false;
}

std::string ToType(const EdnValue& field) {
  std::string type = ToName(field, "type");
  if (IsType(type)) return type;
  throw UsageError(
      fmt::format("unknown :type :{} (:invoke, :ok, :fail, :info)", type));
}

JepsenEvent FromMap(const EdnValue& map) {
  JepsenEvent event;
  event.process = ToProcess(Field(map, "process"));
  event.type = ToType(Field(map, "type"));
  if (!event.process) return event;
  event.function = ToName(Field(map, "f"), "f");
  if (const EdnValue* value = map.Find("value")) {
    event.value = *value;
    event.has_value = true;
  }
  const EdnValue* key = map.Find("key");
  if (key != nullptr && !key->IsNil()) event.key = ToText(*key);
  const EdnValue* error = map.Find("error");
  if (error != nullptr && !error->IsNil()) event.error = ToText(*error);
  event.time_ns = ToTime(map);
  return event;
}

// [process type f value]
JepsenEvent FromVector(const EdnValue& vector) {
  const std::size_t size = vector.items.size();
  if (size != 3 && size != 4) {
    throw UsageError(
        "neither an operation map nor a vector [process type f value]");
  }
  JepsenEvent event;
  event.process = ToProcess(vector.items[0]);
  event.type = ToType(vector.items[1]);
  if (!event.process) return event;
  event.function = ToName(vector.items[2], "f");
  event.has_value = size == 4;
  if (event.has_value) event.value = vector.items[3];
  return event;
}

}  // namespace

JepsenEvent ToJepsenEvent(const EdnValue& operation) {
  if (operation.kind == EdnValue::Kind::kMap) return FromMap(operation);
  if (operation.kind == EdnValue::Kind::kVector) return FromVector(operation);
  throw UsageError("not an operation map");
}

std::optional<JepsenEvent> ParseJepsenLogLine(std::string_view line) {
  const auto cut = CutAtType(TrimRight(line));
  if (!cut) {
    if (AnnouncesOperation(line)) {
      throw UsageError("an operation without :invoke, :ok, :fail or :info");
    }
    return std::nullopt;
  }
  JepsenEvent event;
  event.type = std::string(cut->type);
  if (cut->process == ":nemesis" || cut->process == "nemesis") return event;
  event.process = ParseNumber<int>(cut->process);
  if (!event.process || *event.process < 0) {
    throw UsageError(fmt::format("no process number before :{}", cut->type));
  }
  EdnReader reader(cut->rest);
  if (!reader.HasNext()) throw UsageError("an operation without a function");
  const EdnValue function = reader.Next();
  if (function.kind != EdnValue::Kind::kKeyword) {
    throw UsageError("an operation's function is not a keyword");
  }
  event.function = function.text;
  if (event.type == "fail" || event.type == "info") {
    event.error = std::string(cut->rest.substr(
        std::min(cut->rest.size(),
                 cut->rest.find(function.text) + function.text.size())));
    const std::size_t begin = event.error.find_first_not_of(" \t");
    event.error.erase(0, std::min(begin, event.error.size()));
    return event;
  }
  event.has_value = reader.HasNext();
  if (event.has_value) event.value = reader.Next();
  if (reader.HasNext()) throw UsageError("more than a value ends the line");
  return event;
}

}  // namespace faultline::internal
