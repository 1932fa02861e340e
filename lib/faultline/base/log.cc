#include "faultline/base/log.h"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <exception>

#include "faultline/base/environment.h"

namespace faultline {
namespace {

const auto kProcessStart = std::chrono::steady_clock::now();

LogLevel ShownLevel() {
  const auto setting = Environment("FAULTLINE_LOG").value_or("info");
  if (setting == "quiet") return LogLevel::kError;
  return setting == "debug" ? LogLevel::kDebug : LogLevel::kInfo;
}

std::string_view NameOf(LogLevel level) {
  switch (level) {
    case LogLevel::kError:
      return "error";
    case LogLevel::kInfo:
      return "info";
    case LogLevel::kDebug:
      return "debug";
  }
  return "?";
}

void WriteLine(LogLevel level, std::string_view text) {
  const std::chrono::duration<double> since_start =
      std::chrono::steady_clock::now() - kProcessStart;
  const std::string line = fmt::format(
      "[{:9.3f}] {:5} {}\n", since_start.count(), NameOf(level), text);
  // One write for the whole line is what keeps lines of several threads and
  // processes apart. There is nobody to tell if it fails.
  [[maybe_unused]] const ssize_t written =
      ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace

void Log(LogLevel level, std::string_view text) noexcept {
  try {
    if (level <= ShownLevel()) WriteLine(level, text);
  } catch (const std::exception&) {
    // Out of memory for a log line: the line is lost, the program goes on.
  }
}

}  // namespace faultline
