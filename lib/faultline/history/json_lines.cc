#include "faultline/history/json_lines.h"

#include <fmt/format.h>

#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>

#include "faultline/base/errno_text.h"
#include "faultline/base/error.h"

namespace faultline::internal {
namespace {

using Json = nlohmann::json;

void UseLine(const std::string& text, bool whole,
             const std::function<void(const JsonLine&)>& use) {
  const Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded()) {
    if (!whole) return;
    throw UsageError("not JSON");
  }
  if (!json.is_object()) throw UsageError("not a JSON object");
  use(JsonLine(json));
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

void ForEachJsonLine(const std::filesystem::path& file,
                     const std::function<void(const JsonLine&)>& use) {
  std::ifstream in(file, std::ios::binary);
  if (!in) {
    throw UsageError(
        fmt::format("{}: cannot be read: {}", file.string(), ErrnoText()));
  }
  std::string line;
  for (int number = 1; std::getline(in, line); ++number) {
    try {
      UseLine(line, !in.eof(), use);
    } catch (const UsageError& error) {
      throw UsageError(
          fmt::format("{}:{}: {}", file.string(), number, error.what()));
    }
  }
  if (in.bad()) {
    throw UsageError(
        fmt::format("{}: cannot be read: {}", file.string(), ErrnoText()));
  }
}

}  // namespace faultline::internal
