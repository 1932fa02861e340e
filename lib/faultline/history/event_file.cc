#include "faultline/history/event_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "faultline/base/errno_text.h"
#include "faultline/base/error.h"

namespace faultline::internal {
namespace {

constexpr std::size_t kPiece = std::size_t{64} << 10;

std::size_t PageSize() {
  static const auto kSize = static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
  return kSize;
}

FileDescriptor Create(const std::filesystem::path& file) {
  const int fd =
      ::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd >= 0) return FileDescriptor(fd);
  throw Error(
      fmt::format("history: cannot create {}: {}", file.string(), ErrnoText()));
}

// Storage behind every byte: writing to the mapping cannot meet a full disk.
int SetAside(int file, std::size_t offset, std::size_t length) {
  return ::posix_fallocate(file, static_cast<off_t>(offset),
                           static_cast<off_t>(length));
}

}  // namespace

EventFile::EventFile(std::filesystem::path path)
    : path_(std::move(path)), file_(Create(path_)) {}

EventFile::~EventFile() {
  Unmap();
  // A tail of zeros that cannot be cut off is one that readers know.
  [[maybe_unused]] const int ignored =
      ::ftruncate(file_.get(), static_cast<off_t>(written_));
}

void EventFile::Unmap() noexcept {
  if (mapping_ != nullptr) ::munmap(mapping_, length_);
  mapping_ = nullptr;
  length_ = 0;
}

void EventFile::Grow(std::size_t wanted) {
  const std::size_t page = PageSize();
  const std::size_t offset = written_ / page * page;
  const std::size_t least =
      (written_ - offset + wanted + page - 1) / page * page;
  std::size_t length = std::max(kPiece, least);
  int error = SetAside(file_.get(), offset, length);
  if (error != 0 && length > least) {
    length = least;  // what a nearly full disk still has
    error = SetAside(file_.get(), offset, length);
  }
  if (error != 0) {
    throw Error(fmt::format("history: cannot write {}: {}", path_.string(),
                            ErrnoText(error)));
  }
  void* mapping = ::mmap(nullptr, length, PROT_READ | PROT_WRITE, MAP_SHARED,
                         file_.get(), static_cast<off_t>(offset));
  if (mapping == MAP_FAILED) {
    throw Error(
        fmt::format("history: cannot map {}: {}", path_.string(), ErrnoText()));
  }
  Unmap();
  mapping_ = static_cast<char*>(mapping);
  offset_ = offset;
  length_ = length;
}

void EventFile::Append(std::string_view text) {
  if (mapping_ == nullptr || written_ + text.size() > offset_ + length_) {
    Grow(text.size());
  }
  std::memcpy(mapping_ + (written_ - offset_), text.data(), text.size());
  written_ += text.size();
}

}  // namespace faultline::internal
