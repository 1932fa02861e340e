#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "faultline/base/warden.h"

namespace faultline {

using OnLine = std::function<void(const std::string& line)>;

// Cuts what comes in pieces into lines.
class LineBuffer {
 public:
  explicit LineBuffer(OnLine on_line) : on_line_(std::move(on_line)) {}
  void Append(std::string_view text);
  // The last line, if it did not end.
  void End();

 private:
  OnLine on_line_;
  std::string pending_;
};

// Runs a process through the warden and hands on its output (both streams) line
// by line as it comes; an empty call about each second of silence. Returns the
// exit code.
int RunWithLines(Warden& warden, const std::vector<std::string>& argv,
                 const OnLine& on_line);

// The same without a warden, for a program that cleans up after itself and
// needs its time for that: a signal that ends us (INT, TERM, HUP) is handed on
// to it as TERM and its end is awaited before we follow; if we are killed, the
// kernel sends it TERM. For the main thread. Throws MachineError if it cannot
// be started.
int RunToItsEnd(const std::vector<std::string>& argv, const OnLine& on_line);

}  // namespace faultline
