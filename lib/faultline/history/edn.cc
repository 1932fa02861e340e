#include "faultline/history/edn.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "faultline/base/error.h"
#include "faultline/history/edn_number.h"

namespace faultline::internal {
namespace {

using Kind = EdnValue::Kind;

bool IsBlank(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == ',' ||
         c == '\f';
}

bool EndsToken(char c) {
  return IsBlank(c) || c == '\0' ||
         std::string_view("()[]{}\";").find(c) != std::string_view::npos;
}

// Only what is printed is quoted in a message.
std::string Shown(std::string_view token) {
  std::string shown;
  for (const char c : token.substr(0, 40)) {
    const auto byte = static_cast<unsigned char>(c);
    shown += std::isprint(byte) != 0 ? std::string(1, c)
                                     : fmt::format("\\x{:02x}", byte);
  }
  return shown;
}

bool IsName(std::string_view token) {
  return !token.empty() && std::all_of(token.begin(), token.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte > 0x20 && byte != 0x7f && c != '@' && c != '^' && c != '`' &&
           c != '~' && c != '\\';
  });
}

void AppendUtf8(std::string& text, unsigned code) {
  const auto put = [&text](unsigned byte) { text += static_cast<char>(byte); };
  if (code < 0x80) return put(code);
  if (code < 0x800) {
    put(0xc0 | (code >> 6));
    return put(0x80 | (code & 0x3f));
  }
  if (code < 0x10000) {
    put(0xe0 | (code >> 12));
  } else {
    put(0xf0 | (code >> 18));
    put(0x80 | ((code >> 12) & 0x3f));
  }
  put(0x80 | ((code >> 6) & 0x3f));
  put(0x80 | (code & 0x3f));
}

// Different strings stay different within a collection's text.
std::string Quoted(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') quoted += '\\';
    quoted += c;
  }
  return quoted + '"';
}

std::string Joined(const EdnValue& value) {
  std::string text;
  for (const EdnValue& item : value.items) {
    if (!text.empty()) text += ' ';
    text += item.kind == Kind::kString ? Quoted(item.text) : ToText(item);
  }
  return text;
}

}  // namespace

const EdnValue* EdnValue::Find(std::string_view name) const {
  for (std::size_t i = 0; i + 1 < items.size(); i += 2) {
    const EdnValue& key = items[i];
    const bool names = key.kind == Kind::kKeyword || key.kind == Kind::kString;
    if (names && key.text == name) return &items[i + 1];
  }
  return nullptr;
}

std::string ToText(const EdnValue& value) {
  switch (value.kind) {
    case Kind::kNil:
      return "nil";
    case Kind::kKeyword:
      return ":" + value.text;
    case Kind::kList:
      return "(" + Joined(value) + ")";
    case Kind::kVector:
      return "[" + Joined(value) + "]";
    case Kind::kSet:
      return "#{" + Joined(value) + "}";
    case Kind::kMap:
      return "{" + Joined(value) + "}";
    default:
      return value.text;
  }
}

char EdnReader::Advance() {
  const char c = text_[position_++];
  if (c == '\n') ++line_;
  return c;
}

void EdnReader::SkipBlanks() {
  while (!at_end()) {
    if (IsBlank(Peek())) {
      Advance();
    } else if (Peek() == ';') {
      while (!at_end() && Peek() != '\n') Advance();
    } else {
      return;
    }
  }
}

bool EdnReader::TakeDiscard(int depth) {
  if (text_.substr(position_, 2) != "#_") return false;
  position_ += 2;
  Read(depth + 1);
  return true;
}

bool EdnReader::HasNext() {
  SkipBlanks();
  while (TakeDiscard(0)) SkipBlanks();
  return !at_end();
}

bool EdnReader::Take(char c) {
  if (!HasNext() || Peek() != c) return false;
  Advance();
  return true;
}

EdnValue EdnReader::Next() { return Read(0); }

EdnValue EdnReader::Read(int depth) {
  if (depth > kMostNesting) {
    throw UsageError(
        fmt::format("values are nested more than {} deep", kMostNesting));
  }
  SkipBlanks();
  while (TakeDiscard(depth)) SkipBlanks();
  if (at_end()) throw UsageError("ends within a value");
  switch (Peek()) {
    case '"':
      return ReadString();
    case '\\':
      return ReadCharacter();
    case '(':
      return ReadCollection(Kind::kList, ')', depth);
    case '[':
      return ReadCollection(Kind::kVector, ']', depth);
    case '{':
      return ReadCollection(Kind::kMap, '}', depth);
    case '#':
      return ReadDispatch(depth);
    case ')':
    case ']':
    case '}':
      throw UsageError(fmt::format("\"{}\" closes nothing", Peek()));
    default:
      return ReadAtom();
  }
}

EdnValue EdnReader::ReadString() {
  Advance();
  EdnValue value{Kind::kString, {}, {}};
  while (!at_end()) {
    const char c = Advance();
    if (c == '"') return value;
    if (c == '\\') {
      AppendEscape(value.text);
    } else {
      value.text += c;
    }
  }
  throw UsageError("ends within a string");
}

void EdnReader::AppendEscape(std::string& text) {
  if (at_end()) throw UsageError("ends within a string");
  const char c = Advance();
  if (c == 'u') return AppendUnicodeEscape(text);
  constexpr std::string_view kNames = "nrtbf\"\\";
  constexpr std::string_view kMeant = "\n\r\t\b\f\"\\";
  const std::size_t found = kNames.find(c);
  if (found == std::string_view::npos) {
    throw UsageError(fmt::format("unknown escape \"\\{}\"", Shown({&c, 1})));
  }
  text += kMeant[found];
}

unsigned EdnReader::TakeHexDigits() {
  const std::string_view digits = text_.substr(position_, 4);
  const bool hexadecimal =
      digits.size() == 4 &&
      std::all_of(digits.begin(), digits.end(),
                  [](unsigned char c) { return std::isxdigit(c) != 0; });
  if (!hexadecimal) throw UsageError("\"\\u\" without four hex digits");
  position_ += 4;
  return static_cast<unsigned>(std::stoul(std::string(digits), nullptr, 16));
}

// Two escapes make one character beyond the first 65536.
void EdnReader::AppendUnicodeEscape(std::string& text) {
  unsigned code = TakeHexDigits();
  const bool leads = code >= 0xd800 && code < 0xdc00;
  if (leads && text_.substr(position_, 2) == "\\u") {
    position_ += 2;
    const unsigned second = TakeHexDigits();
    if (second < 0xdc00 || second > 0xdfff) {
      throw UsageError("half of a character: a surrogate without the other");
    }
    code = 0x10000 + ((code - 0xd800) << 10) + (second - 0xdc00);
  }
  AppendUtf8(text, code);
}

EdnValue EdnReader::ReadCharacter() {
  const std::size_t begin = position_++;
  if (at_end()) throw UsageError("ends within a character");
  Advance();
  while (!EndsToken(Peek())) Advance();
  return {Kind::kCharacter,
          std::string(text_.substr(begin, position_ - begin)),
          {}};
}

EdnValue EdnReader::ReadCollection(Kind kind, char end, int depth) {
  const int begun = line_;
  Advance();
  EdnValue value{kind, {}, {}};
  while (true) {
    SkipBlanks();
    if (TakeDiscard(depth)) continue;
    if (at_end()) {
      throw UsageError(
          fmt::format("\"{}\" is missing for line {}", end, begun));
    }
    if (Peek() == end) break;
    value.items.push_back(Read(depth + 1));
  }
  Advance();
  if (kind == Kind::kMap && value.items.size() % 2 != 0) {
    throw UsageError("a map has a key without a value");
  }
  return value;
}

// Behind "#": a set, a regular expression, a symbolic value (##Inf), a map of
// one namespace, or a tag.
EdnValue EdnReader::ReadDispatch(int depth) {
  Advance();
  if (Peek() == '{') return ReadCollection(Kind::kSet, '}', depth);
  if (Peek() == '"') return ReadPattern();
  const std::string_view tag = TakeToken();
  if (tag == "#Inf" || tag == "#-Inf" || tag == "#NaN") {
    return {Kind::kSymbol, "#" + std::string(tag), {}};
  }
  if (tag.starts_with('#')) {
    throw UsageError(
        fmt::format("\"#{}\" is no symbolic value (##Inf, ##-Inf, "
                    "##NaN)",
                    Shown(tag)));
  }
  if (!IsName(tag)) {
    throw UsageError(fmt::format("\"#{}\" is no tag", Shown(tag)));
  }
  return Read(depth + 1);
}

// Its escapes are not a string's: they are kept.
EdnValue EdnReader::ReadPattern() {
  const std::size_t begin = position_ - 1;
  Advance();
  while (!at_end()) {
    const char c = Advance();
    if (c == '\\' && !at_end()) {
      Advance();
    } else if (c == '"') {
      return {Kind::kSymbol,
              std::string(text_.substr(begin, position_ - begin)),
              {}};
    }
  }
  throw UsageError("ends within a regular expression");
}

std::string_view EdnReader::TakeToken() {
  const std::size_t begin = position_;
  while (!EndsToken(Peek())) Advance();
  return text_.substr(begin, position_ - begin);
}

EdnValue EdnReader::ReadAtom() {
  const std::string_view token = TakeToken();
  if (token.empty() || !IsName(token)) {
    throw UsageError(
        fmt::format("\"{}\" is no EDN value",
                    Shown(token.empty() ? text_.substr(position_, 1) : token)));
  }
  if (token == "nil") return {};
  if (token == "true" || token == "false") {
    return {Kind::kBoolean, std::string(token), {}};
  }
  if (token.front() == ':') {
    if (token.size() < 2) throw UsageError("a keyword without a name");
    return {Kind::kKeyword, std::string(token.substr(1)), {}};
  }
  if (!StartsNumber(token)) return {Kind::kSymbol, std::string(token), {}};
  if (!IsNumber(token)) {
    throw UsageError(fmt::format("\"{}\" is no number", Shown(token)));
  }
  return {Kind::kNumber, CanonicalNumber(token), {}};
}

}  // namespace faultline::internal
