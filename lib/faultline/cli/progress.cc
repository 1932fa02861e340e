#include "faultline/cli/progress.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cstdlib>
#include <iostream>
#include <string_view>

namespace faultline {
namespace {

bool WritesToTerminal() {
  const char* term = std::getenv("TERM");
  return ::isatty(STDERR_FILENO) == 1 &&
         (term == nullptr || std::string_view(term) != "dumb");
}

std::size_t TerminalWidth() {
  winsize size{};
  if (::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) {
    return 80;
  }
  return size.ws_col;
}

}  // namespace

Progress::Progress() : terminal_(WritesToTerminal()) {}

void Progress::Clear() {
  if (terminal_ && !status_.empty()) std::cerr << "\r\033[K" << std::flush;
}

void Progress::Draw() {
  if (!terminal_ || status_.empty()) return;
  const auto gone = std::chrono::duration_cast<std::chrono::seconds>(
      std::chrono::steady_clock::now() - since_);
  const std::string line =
      timed_ ? fmt::format("{} ({} s)", status_, gone.count()) : status_;
  std::cerr << "\r\033[K" << line.substr(0, TerminalWidth() - 1) << std::flush;
}

void Progress::Print(const std::string& line) {
  Clear();
  std::cout << line << "\n" << std::flush;
  Draw();
}

void Progress::Status(const std::string& text) {
  if (text.empty()) Clear();
  status_ = text;
  timed_ = true;
  since_ = std::chrono::steady_clock::now();
  Draw();
}

void Progress::StatusLine(const std::string& text) {
  if (text.empty()) Clear();
  status_ = text;
  timed_ = false;
  Draw();
}

void Progress::Tick() { Draw(); }

}  // namespace faultline
