#include "faultline/fault/fault_spec.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <chrono>
#include <optional>
#include <sstream>
#include <string_view>

#include "faultline/base/error.h"

namespace faultline {
namespace {

constexpr std::string_view kMarks = "-_.+%";

[[noreturn]] void ThrowUnreadable(const std::string& text,
                                  const std::string& why) {
  throw UsageError(fmt::format("fault \"{}\": {}", text, why));
}

bool IsName(std::string_view word) {
  return !word.empty() && std::ranges::all_of(word, [](unsigned char c) {
    return std::isalnum(c) != 0 || kMarks.find(c) != kMarks.npos;
  });
}

std::vector<std::string> SplitAtCommas(const std::string& word) {
  std::vector<std::string> parts;
  std::istringstream stream(word);
  for (std::string part; std::getline(stream, part, ',');)
    parts.push_back(part);
  if (word.ends_with(',')) parts.emplace_back();
  return parts;
}

void AddTargets(FaultSpec& spec, const std::string& word,
                const std::string& text) {
  if (!spec.targets.empty() || !spec.parameters.empty())
    ThrowUnreadable(text, fmt::format("\"{}\": its nodes are one word after "
                                      "its kind, with commas",
                                      word));
  spec.targets = SplitAtCommas(word);
  for (const std::string& target : spec.targets)
    if (!IsName(target))
      ThrowUnreadable(text, fmt::format("\"{}\" is no node's name", target));
}

void AddParameter(FaultSpec& spec, const std::string& word, std::size_t equals,
                  const std::string& text) {
  const std::string name = word.substr(0, equals);
  const std::string value = word.substr(equals + 1);
  if (!IsName(name) || (!value.empty() && !IsName(value)))
    ThrowUnreadable(text, fmt::format("\"{}\" is no parameter", word));
  if (!spec.parameters.emplace(name, value).second)
    ThrowUnreadable(text, fmt::format("\"{}\" is given twice", name));
}

// The number that a value begins with, and what follows it.
std::optional<double> LeadingNumber(const std::string& value,
                                    std::string_view& rest) {
  double number = 0;
  const char* const end = value.data() + value.size();
  const auto [after, problem] =
      std::from_chars(value.data(), end, number, std::chars_format::fixed);
  if (problem != std::errc{}) return std::nullopt;
  rest = std::string_view(after, static_cast<std::size_t>(end - after));
  return number;
}

[[noreturn]] void ThrowBadValue(const FaultSpec& spec, const std::string& name,
                                const std::string& value, const char* wanted) {
  throw UsageError(fmt::format("fault {}: {}: \"{}\" is no {}", spec.kind, name,
                               value, wanted));
}

}  // namespace

std::string ToText(const FaultSpec& spec) {
  std::string text = spec.kind;
  if (!spec.targets.empty())
    text += fmt::format(" {}", fmt::join(spec.targets, ","));
  for (const auto& [name, value] : spec.parameters)
    text += fmt::format(" {}={}", name, value);
  return text;
}

FaultSpec ParseFaultSpec(const std::string& text) {
  FaultSpec spec;
  std::istringstream words(text);
  words >> spec.kind;
  if (!IsName(spec.kind)) ThrowUnreadable(text, "it begins with no kind");
  for (std::string word; words >> word;) {
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos)
      AddTargets(spec, word, text);
    else
      AddParameter(spec, word, equals, text);
  }
  return spec;
}

const std::string& TextParameter(const FaultSpec& spec,
                                 const std::string& name) {
  const auto found = spec.parameters.find(name);
  if (found == spec.parameters.end())
    throw UsageError(fmt::format("fault {}: {} is missing", spec.kind, name));
  return found->second;
}

Duration DurationParameter(const FaultSpec& spec, const std::string& name) {
  const std::string& value = TextParameter(spec, name);
  std::string_view unit;
  const auto number = LeadingNumber(value, unit);
  const double second = unit == "s"    ? 1
                        : unit == "ms" ? 1e-3
                        : unit == "us" ? 1e-6
                                       : 0;
  if (!number || second == 0)
    ThrowBadValue(spec, name, value, "duration (\"100ms\", \"1.5s\")");
  return std::chrono::duration_cast<Duration>(
      std::chrono::duration<double>(*number * second));
}

double PercentParameter(const FaultSpec& spec, const std::string& name) {
  const std::string& value = TextParameter(spec, name);
  std::string_view unit;
  const auto number = LeadingNumber(value, unit);
  if (!number || unit != "%")
    ThrowBadValue(spec, name, value, "percentage (\"10%\")");
  return *number;
}

double NumberParameter(const FaultSpec& spec, const std::string& name) {
  const std::string& value = TextParameter(spec, name);
  std::string_view rest;
  const auto number = LeadingNumber(value, rest);
  if (!number || !rest.empty()) ThrowBadValue(spec, name, value, "number");
  return *number;
}

std::vector<int> SizesParameter(const FaultSpec& spec,
                                const std::string& name) {
  const std::string& value = TextParameter(spec, name);
  std::vector<int> sizes;
  std::istringstream parts(value);
  for (std::string part; std::getline(parts, part, '+');) {
    if (part.empty() || part.size() > 3 || part == "0" ||
        part.find_first_not_of("0123456789") != std::string::npos)
      throw UsageError(
          fmt::format("fault {}: {}={} are no sizes of groups (\"2+1\")",
                      spec.kind, name, value));
    sizes.push_back(std::stoi(part));
  }
  return sizes;
}

}  // namespace faultline
