#pragma once

#include <chrono>
#include <string>

namespace faultline {

// What long work shows: on a terminal one status line that is redrawn, in a log
// only the lines that matter. Writes to standard error and output; for one
// thread.
class Progress {
 public:
  Progress();
  ~Progress() { Clear(); }
  // A line to keep, above the status line.
  void Print(const std::string& line);
  // The status line (terminals only), with the time since the last change.
  void Status(const std::string& text);
  // The same without the time.
  void StatusLine(const std::string& text);
  // Redraws the status line with the time gone by.
  void Tick();
  // Whether there is a status line at all.
  bool IsTerminal() const { return terminal_; }

 private:
  void Clear();
  void Draw();

  bool terminal_;
  std::string status_;
  bool timed_ = true;
  std::chrono::steady_clock::time_point since_;
};

}  // namespace faultline
