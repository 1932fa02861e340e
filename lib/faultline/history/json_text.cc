#include "faultline/history/json_text.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace faultline::internal {
namespace {

constexpr std::size_t kUsualLine = 192;

bool IsPlain(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    return c >= 0x20 && c < 0x7f && c != '"' && c != '\\';
  });
}

}  // namespace

void AppendJsonText(std::string& json, std::string_view text) {
  if (IsPlain(text)) {
    json.append(1, '"').append(text).append(1, '"');
    return;
  }
  using Json = nlohmann::json;
  json += Json(text).dump(-1, ' ', false, Json::error_handler_t::replace);
}

JsonLineWriter::JsonLineWriter(std::string_view type) {
  line_.reserve(kUsualLine);
  line_.push_back('{');
  Add("type", type);
}

JsonLineWriter& JsonLineWriter::Add(std::string_view name,
                                    std::string_view value) {
  AddName(name);
  AppendJsonText(line_, value);
  return *this;
}

JsonLineWriter& JsonLineWriter::Add(std::string_view name, std::int64_t value) {
  return AddJson(name, std::to_string(value));
}

JsonLineWriter& JsonLineWriter::AddUnsigned(std::string_view name,
                                            std::uint64_t value) {
  return AddJson(name, std::to_string(value));
}

JsonLineWriter& JsonLineWriter::AddJson(std::string_view name,
                                        std::string_view json) {
  AddName(name);
  line_.append(json);
  return *this;
}

std::string JsonLineWriter::Finish() { return std::move(line_.append("}\n")); }

void JsonLineWriter::AddName(std::string_view name) {
  if (line_.size() > 1) line_ += ',';
  AppendJsonText(line_, name);
  line_ += ':';
}

}  // namespace faultline::internal
