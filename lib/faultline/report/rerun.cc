#include "faultline/report/rerun.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

#include "faultline/base/environment.h"

namespace faultline {
namespace {

bool IsPlain(unsigned char letter) {
  constexpr std::string_view kHarmless = "%+,-./:=@_";
  return std::isalnum(letter) != 0 ||
         kHarmless.find(static_cast<char>(letter)) != std::string_view::npos;
}

}  // namespace

std::string ShellWord(std::string_view text) {
  if (!text.empty() && std::ranges::all_of(text, IsPlain))
    return std::string(text);
  std::string quoted = "'";
  for (const char letter : text) {
    if (letter == '\'') {
      quoted += "'\\''";
    } else {
      quoted += letter;
    }
  }
  return quoted + "'";
}

std::string RerunEnvironment() {
  std::string settings;
  for (const char* name :
       {"FAULTLINE_PLANT", "FAULTLINE_COLD", "FAULTLINE_IMAGE",
        "FAULTLINE_RELEASE", "FAULTLINE_CACHE", "FAULTLINE_ACCELERATOR",
        "FAULTLINE_TIME_SCALE", "FAULTLINE_STRICT"}) {
    if (const auto value = Environment(name))
      settings += fmt::format("{}={} ", name, ShellWord(*value));
  }
  return settings;
}

}  // namespace faultline
