#include "faultline/history/edn_number.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>

namespace faultline::internal {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsSign(char c) { return c == '+' || c == '-'; }

void DropSign(std::string_view& rest) {
  if (!rest.empty() && IsSign(rest.front())) rest.remove_prefix(1);
}

// At least one.
bool TakeDigits(std::string_view& rest) {
  const std::size_t before = rest.size();
  while (!rest.empty() && IsDigit(rest.front())) rest.remove_prefix(1);
  return rest.size() < before;
}

bool Take(std::string_view& rest, std::string_view any_of) {
  if (rest.empty() || any_of.find(rest.front()) == std::string_view::npos) {
    return false;
  }
  rest.remove_prefix(1);
  return true;
}

// Base 36 has the most digits: 0 to 9, then the letters.
int DigitOf(char c) {
  if (IsDigit(c)) return c - '0';
  const char lower = static_cast<char>(c | 0x20);
  return lower >= 'a' && lower <= 'z' ? lower - 'a' + 10 : 99;
}

struct BaseAndDigits {
  int base = 0;  // 0: not written with one
  std::string_view digits;
};

// 0x1f and 16r1f, which Clojure prints for an object's address. Without sign.
BaseAndDigits CutBase(std::string_view token) {
  if (token.starts_with("0x") || token.starts_with("0X")) {
    return {16, token.substr(2)};
  }
  const std::size_t mark = token.find_first_of("rR");
  if (mark == std::string_view::npos || mark == 0 || mark > 2) return {};
  int base = 0;
  for (const char c : token.substr(0, mark)) {
    if (!IsDigit(c)) return {};
    base = base * 10 + (c - '0');
  }
  if (base < 2 || base > 36) return {};
  return {base, token.substr(mark + 1)};
}

// Nothing if it is not one, or larger than 64 bits.
std::optional<std::uint64_t> InBase(const BaseAndDigits& cut) {
  std::uint64_t number = 0;
  const char* end = cut.digits.data() + cut.digits.size();
  const auto [rest, error] =
      std::from_chars(cut.digits.data(), end, number, cut.base);
  if (error != std::errc() || rest != end) return std::nullopt;
  return number;
}

bool HasOnlyDigits(const BaseAndDigits& cut) {
  return !cut.digits.empty() &&
         std::all_of(cut.digits.begin(), cut.digits.end(),
                     [&](char c) { return DigitOf(c) < cut.base; });
}

// A big integer's mark is no digit of base 16 and below.
void DropMark(BaseAndDigits& cut) {
  if (cut.base <= 16 && cut.digits.ends_with('N')) cut.digits.remove_suffix(1);
}

}  // namespace

bool StartsNumber(std::string_view token) {
  DropSign(token);
  return !token.empty() && IsDigit(token.front());
}

bool IsNumber(std::string_view rest) {
  DropSign(rest);
  if (BaseAndDigits cut = CutBase(rest); cut.base != 0) {
    DropMark(cut);
    return HasOnlyDigits(cut);
  }
  if (!TakeDigits(rest)) return false;
  if (rest.empty() || rest == "N" || rest == "M") return true;
  if (Take(rest, "/")) return TakeDigits(rest) && rest.empty();
  if (Take(rest, ".")) TakeDigits(rest);
  if (Take(rest, "eE")) {
    DropSign(rest);
    if (!TakeDigits(rest)) return false;
  }
  return rest.empty() || rest == "M";
}

std::string CanonicalNumber(std::string_view token) {
  if (token.front() == '+') token.remove_prefix(1);
  std::string_view unsigned_token = token;
  DropSign(unsigned_token);
  if (BaseAndDigits cut = CutBase(unsigned_token); cut.base != 0) {
    DropMark(cut);
    const auto number = InBase(cut);
    const std::string sign = token.front() == '-' ? "-" : "";
    return number ? sign + std::to_string(*number) : std::string(token);
  }
  if (token.back() == 'N' || token.back() == 'M') token.remove_suffix(1);
  return std::string(token);
}

}  // namespace faultline::internal
