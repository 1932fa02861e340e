#include "faultline/history/edn_number.h"

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

}  // namespace

bool StartsNumber(std::string_view token) {
  DropSign(token);
  return !token.empty() && IsDigit(token.front());
}

bool IsNumber(std::string_view rest) {
  DropSign(rest);
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
  if (token.back() == 'N' || token.back() == 'M') token.remove_suffix(1);
  return std::string(token);
}

}  // namespace faultline::internal
