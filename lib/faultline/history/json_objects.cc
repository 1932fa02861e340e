#include "faultline/history/json_objects.h"

#include <fmt/format.h>

#include "faultline/base/error.h"

namespace faultline::internal {
namespace {

constexpr std::size_t kNowhere = std::string_view::npos;

// Behind the string that begins at `at`.
std::size_t EndOfString(std::string_view text, std::size_t at) {
  for (++at; at < text.size() && text[at] != '"'; ++at) {
    if (text[at] == '\\') ++at;
  }
  return at < text.size() ? at + 1 : kNowhere;
}

}  // namespace

void JsonObjects::SkipBlanks() {
  for (; position_ < text_.size(); ++position_) {
    const char c = text_[position_];
    if (c == '\n') ++line_;
    if (std::string_view(" \t\r\n,").find(c) == kNowhere) return;
  }
}

// False at the end.
bool JsonObjects::TakeBrackets() {
  SkipBlanks();
  const auto at = [this](char c) {
    return position_ < text_.size() && text_[position_] == c;
  };
  if (!begun_ && at('[')) {
    within_ = true;
    ++position_;
    SkipBlanks();
  }
  begun_ = true;
  if (within_ && at(']')) {
    within_ = false;
    ended_ = true;
    ++position_;
    SkipBlanks();
  }
  if (position_ == text_.size()) {
    if (within_) throw UsageError("ends within an array");
    return false;
  }
  if (ended_) throw UsageError("something follows the array");
  return true;
}

// kNowhere if it never ends.
std::size_t JsonObjects::EndOfObject(int& line) const {
  int depth = 0;
  for (std::size_t at = position_; at < text_.size(); ++at) {
    const char c = text_[at];
    if (c == '\n') ++line;
    if (c == '"') {
      at = EndOfString(text_, at);
      if (at == kNowhere) return kNowhere;
      --at;
    } else if (c == '{' || c == '[') {
      if (++depth > kMostNesting) {
        throw UsageError(
            fmt::format("values are nested more than {} deep", kMostNesting));
      }
    } else if (c == '}' || c == ']') {
      if (--depth == 0) return at + 1;
    }
  }
  return kNowhere;
}

std::optional<JsonObjects::Object> JsonObjects::Next() {
  if (!TakeBrackets()) return std::nullopt;
  if (text_[position_] != '{') throw UsageError("not a JSON object");
  int line = line_;
  const std::size_t end = EndOfObject(line);
  if (end == kNowhere) {
    if (within_) throw UsageError("ends within an array");
    torn_ = true;
    return std::nullopt;
  }
  const Object object{text_.substr(position_, end - position_), line_};
  position_ = end;
  line_ = line;
  return object;
}

}  // namespace faultline::internal
