#include "faultline/history/json_lines.h"

#include <fmt/format.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "faultline/base/error.h"
#include "faultline/history/text_file.h"

namespace faultline::internal {
namespace {

using Json = nlohmann::json;

// False for a torn line.
bool UseLine(const TextLine& line,
             const std::function<void(const JsonLine&)>& use) {
  const Json json = Json::parse(line.text, nullptr, false);
  if (json.is_discarded()) {
    if (!line.whole) return false;
    throw UsageError("not JSON");
  }
  if (!json.is_object()) throw UsageError("not a JSON object");
  use(JsonLine(json, line.number));
  return true;
}

UsageError Lacking(const char* name, const char* what) {
  return UsageError(fmt::format("\"{}\" is not {}", name, what));
}

}  // namespace

const Json* JsonLine::Find(const char* name) const {
  const auto found = object_.find(name);
  return found == object_.end() ? nullptr : &*found;
}

std::optional<std::string> JsonLine::OptionalText(const char* name) const {
  const Json* field = Find(name);
  if (field == nullptr) return std::nullopt;
  if (!field->is_string()) throw Lacking(name, "a string");
  return field->get<std::string>();
}

std::string JsonLine::Text(const char* name) const {
  if (auto text = OptionalText(name)) return *std::move(text);
  throw UsageError(fmt::format("lacks \"{}\"", name));
}

std::int64_t JsonLine::Integer(const char* name) const {
  const Json* field = Find(name);
  if (field == nullptr) throw UsageError(fmt::format("lacks \"{}\"", name));
  const bool too_large =
      field->is_number_unsigned() &&
      field->get<std::uint64_t>() >
          std::uint64_t{std::numeric_limits<std::int64_t>::max()};
  if (!field->is_number_integer() || too_large) {
    throw Lacking(name, "a 64-bit integer");
  }
  return field->get<std::int64_t>();
}

std::int64_t JsonLine::IntegerOr(const char* name,
                                 std::int64_t fallback) const {
  return Find(name) == nullptr ? fallback : Integer(name);
}

std::uint64_t JsonLine::Unsigned(const char* name) const {
  const Json* field = Find(name);
  if (field == nullptr) throw UsageError(fmt::format("lacks \"{}\"", name));
  if (!field->is_number_unsigned()) throw Lacking(name, "a number from 0 up");
  return field->get<std::uint64_t>();
}

int JsonLine::SmallInteger(const char* name) const {
  const std::int64_t value = Integer(name);
  if (value < 0 || value > std::numeric_limits<int>::max()) {
    throw Lacking(name, "a number from 0 to 2147483647");
  }
  return static_cast<int>(value);
}

const Json& JsonLine::Array(const char* name) const {
  const Json* field = Find(name);
  if (field == nullptr) throw UsageError(fmt::format("lacks \"{}\"", name));
  if (!field->is_array()) throw Lacking(name, "an array");
  return *field;
}

bool JsonLine::Boolean(const char* name) const {
  const Json* field = Find(name);
  if (field == nullptr || !field->is_boolean()) {
    throw UsageError(fmt::format("lacks \"{}\" (true or false)", name));
  }
  return field->get<bool>();
}

TornTail ForEachJsonLine(std::string_view text, const std::string& name,
                         const std::function<void(const JsonLine&)>& use) {
  TornTail torn;
  ForEachLine(text, name, [&](const TextLine& line) {
    if (!UseLine(line, use)) torn = {line.number, line.text.size()};
    return true;
  });
  return torn;
}

TornTail ForEachJsonLine(const std::filesystem::path& file,
                         const std::function<void(const JsonLine&)>& use) {
  return ForEachJsonLine(ReadTextFile(file), file.string(), use);
}

}  // namespace faultline::internal
