#pragma once

#include <optional>
#include <string>

#include "faultline/base/deadline.h"
#include "faultline/base/file_descriptor.h"

namespace faultline {

// Lines over a connected socket, under a deadline. One reader and one writer at
// a time (Qmp sees to it).
class LineSocket {
 public:
  struct Result {
    std::optional<std::string> line;  // without its end
    bool closed = false;              // and no whole line is left
  };
  // kTimedOut: nothing of it was sent. kCutShort: a part of it was, so that
  // nothing else can be written any more.
  enum class Written { kYes, kTimedOut, kCutShort, kClosed };

  explicit LineSocket(FileDescriptor socket) : socket_(std::move(socket)) {}

  // Neither a line nor `closed`: the deadline passed. What has already arrived
  // is read even then.
  Result ReadLine(Deadline deadline);
  Written WriteLine(const std::string& line, Deadline deadline) {
    return Write(line + "\r\n", deadline);
  }
  // As it is, without a line's end.
  Written Write(const std::string& text, Deadline deadline);

 private:
  std::optional<std::string> NextLine();

  FileDescriptor socket_;
  std::string pending_;
  std::size_t searched_ = 0;  // no line end before this offset
};

}  // namespace faultline
