#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::internal {

// One value of Clojure's extensible data notation (github.com/edn-format/edn).
// A value.
struct EdnValue {
  enum class Kind {
    kNil,
    kBoolean,
    kNumber,  // any of EDN's: 3, -1.5, 7N, 1.2M, and Clojure's ratio 1/3
    kString,
    kCharacter,
    kKeyword,  // text without its colon
    kSymbol,
    kList,
    kVector,
    kSet,
    kMap,  // items: key, value, key, value, ...
  };

  Kind kind = Kind::kNil;
  std::string text;             // of what has no items
  std::vector<EdnValue> items;  // of a list, vector, set or map

  bool IsNil() const { return kind == Kind::kNil; }
  bool IsKeyword(std::string_view name) const {
    return kind == Kind::kKeyword && text == name;
  }
  bool IsSequence() const {
    return kind == Kind::kVector || kind == Kind::kList;
  }
  // The value under this keyword (or string, as JSON has it) of a map, null if
  // there is none.
  const EdnValue* Find(std::string_view name) const;
  bool IsPair() const { return IsSequence() && items.size() == 2; }
};

// A string's content; anything else as EDN writes it.
std::string ToText(const EdnValue& value);

// Reads values one after the other, as Clojure prints them. Comments,
// #_discarded values and commas are skipped; a tag (#inst, #jepsen.history.Op)
// is dropped and its value kept. The text must outlive the reader. Values nest
// at most kMostNesting deep.
class EdnReader {
 public:
  static constexpr int kMostNesting = 64;

  // `first_line` is the number of the text's first line.
  explicit EdnReader(std::string_view text, int first_line = 1)
      : text_(text), line_(first_line) {}

  // Skips what stands before a value; false at the end of the text.
  bool HasNext();
  // Throws UsageError with the reason; the line is `line()`.
  EdnValue Next();
  // Takes this character if it comes next.
  bool Take(char c);
  // The next character that is not blank, 0 at the end. Takes nothing of it.
  char PeekVisible() { return HasNext() ? Peek() : '\0'; }

  int line() const { return line_; }
  // How much of the text is behind it.
  std::size_t position() const { return position_; }
  bool at_end() const { return position_ == text_.size(); }

 private:
  char Peek() const { return at_end() ? '\0' : text_[position_]; }
  char Advance();
  void SkipBlanks();
  bool TakeDiscard(int depth);
  EdnValue Read(int depth);
  EdnValue ReadString();
  EdnValue ReadCharacter();
  EdnValue ReadCollection(EdnValue::Kind kind, char end, int depth);
  EdnValue ReadDispatch(int depth);
  EdnValue ReadPattern();
  EdnValue ReadAtom();
  void AppendEscape(std::string& text);
  void AppendUnicodeEscape(std::string& text);
  unsigned TakeHexDigits();
  std::string_view TakeToken();

  std::string_view text_;
  std::size_t position_ = 0;
  int line_;
};

}  // namespace faultline::internal
