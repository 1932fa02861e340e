#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>

#include "faultline/history/text_lines.h"

namespace faultline::internal {

// One parsed line of a JSON Lines file. Its accessors throw UsageError with the
// reason ("lacks \"id\"").
class JsonLine {
 public:
  // `number` is its own in the file, from 1; 0: part of a line.
  explicit JsonLine(const nlohmann::json& object, int number = 0)
      : object_(object), number_(number) {}

  std::string Text(const char* name) const;
  std::optional<std::string> OptionalText(const char* name) const;
  std::int64_t Integer(const char* name) const;
  std::int64_t IntegerOr(const char* name, std::int64_t fallback) const;
  std::uint64_t Unsigned(const char* name) const;
  int SmallInteger(const char* name) const;
  bool Has(const char* name) const { return Find(name) != nullptr; }
  // Throws also if it is missing.
  const nlohmann::json& Array(const char* name) const;
  bool Boolean(const char* name) const;
  const nlohmann::json& object() const { return object_; }
  int number() const { return number_; }

 private:
  const nlohmann::json* Find(const char* name) const;

  const nlohmann::json& object_;
  int number_;
};

// Calls `use` for each line, in order. A last line without its
// newline that is not JSON was torn by a kill: it is left out and returned.
// Throws UsageError ("file:line: reason"), also for what `use` throws as
// UsageError.
TornTail ForEachJsonLine(std::string_view text, const std::string& name,
                         const std::function<void(const JsonLine&)>& use);
TornTail ForEachJsonLine(const std::filesystem::path& file,
                         const std::function<void(const JsonLine&)>& use);

}  // namespace faultline::internal
