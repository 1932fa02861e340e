#include "faultline/base/program_path.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <string_view>
#include <system_error>

#include "faultline/base/environment.h"
#include "faultline/base/error.h"

namespace faultline {
namespace {

namespace fs = std::filesystem;

// What the wrapper script installs.
constexpr std::array<std::string_view, 4> kInstalledByWrapper = {
    "qemu-system-x86_64", "vde_switch", "wirefilter", "mke2fs"};

bool IsExecutableFile(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored) &&
         ::access(path.c_str(), X_OK) == 0;
}

}  // namespace

std::optional<fs::path> FindProgram(const std::string& program) {
  if (program.find('/') != std::string::npos)
    return IsExecutableFile(program) ? std::optional<fs::path>(program)
                                     : std::nullopt;
  std::string search =
      Environment("PATH").value_or("/usr/local/bin:/usr/bin:/bin");
  // Debian keeps mke2fs where the PATH of plain users does not reach.
  search += ":/usr/local/sbin:/usr/sbin:/sbin";
  for (size_t begin = 0; begin <= search.size();) {
    const size_t end = std::min(search.find(':', begin), search.size());
    const fs::path candidate = fs::path(search.substr(begin, end - begin));
    if (!candidate.empty() && IsExecutableFile(candidate / program))
      return candidate / program;
    begin = end + 1;
  }
  return std::nullopt;
}

fs::path RequireProgram(const std::string& program) {
  if (const auto found = FindProgram(program)) return *found;
  const bool from_wrapper =
      std::find(kInstalledByWrapper.begin(), kInstalledByWrapper.end(),
                program) != kInstalledByWrapper.end();
  throw UsageError(
      fmt::format("{}: program not found{}", program,
                  from_wrapper ? " in PATH (`./faultline` installs it)"
                  : program.find('/') == std::string::npos ? " in PATH"
                                                           : ""));
}

}  // namespace faultline
