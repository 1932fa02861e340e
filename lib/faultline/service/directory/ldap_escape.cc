#include <fmt/format.h>

#include <cctype>

#include "faultline/service/directory/ldap_session.h"

namespace faultline::internal {
namespace {

// Letters and digits stand for themselves, and all else is a backslash and two
// hexadecimal digits, which both languages take (RFC 4514, RFC 4515).
std::string Escaped(const std::string& value) {
  std::string escaped;
  for (const char c : value) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80 && std::isalnum(byte) != 0) {
      escaped += c;
    } else {
      escaped += fmt::format("\\{:02x}", byte);
    }
  }
  return escaped;
}

}  // namespace

std::string EscapedForDn(const std::string& value) { return Escaped(value); }

std::string EscapedForFilter(const std::string& value) {
  return Escaped(value);
}

}  // namespace faultline::internal
