#pragma once

#include <cstddef>
#include <filesystem>
#include <string_view>

#include "faultline/base/file_descriptor.h"

namespace faultline::internal {

// A file that only grows, written through a shared mapping: what Append took
// stays when the process is killed, as with write(2), but costs no system call.
// The file is set aside in pieces; until it is closed, or after a kill, zero
// bytes stand behind what was written. Used by one thread at a time.
class EventFile {
 public:
  // Creates `path`, mode 0600. Throws Error if it cannot or if it exists.
  explicit EventFile(std::filesystem::path path);
  // Cuts off what was set aside and not used.
  ~EventFile();
  EventFile(const EventFile&) = delete;
  EventFile& operator=(const EventFile&) = delete;

  // All of it or nothing: throws Error with the path and the reason ("No space
  // left on device").
  void Append(std::string_view text);

 private:
  void Grow(std::size_t wanted);
  void Unmap() noexcept;

  const std::filesystem::path path_;
  FileDescriptor file_;
  std::size_t written_ = 0;
  char* mapping_ = nullptr;  // of the file from `offset_` on
  std::size_t offset_ = 0;
  std::size_t length_ = 0;
};

}  // namespace faultline::internal
