#include "faultline/history/text_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>

#include "faultline/base/errno_text.h"
#include "faultline/base/error.h"
#include "faultline/base/file_descriptor.h"
#include "faultline/history/gunzip.h"

namespace faultline::internal {
namespace {

constexpr std::size_t kPiece = std::size_t{64} << 10;

UsageError Unreadable(const std::string& name) {
  return UsageError(fmt::format("{}: cannot be read: {}", name, ErrnoText()));
}

FileDescriptor Open(const std::filesystem::path& file) {
  const int fd = file == "-" ? ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
                             : ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) throw Unreadable(file.string());
  return FileDescriptor(fd);
}

// One byte more than it has, so that one read finds the end.
std::size_t FirstPiece(int fd) {
  struct stat status{};
  const bool known = ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
  return known ? static_cast<std::size_t>(status.st_size) + 1 : kPiece;
}

std::string ReadToEnd(int fd, const std::string& name) {
  std::string content;
  std::size_t used = 0;
  content.resize(FirstPiece(fd));
  while (true) {
    const ssize_t got =
        ::read(fd, content.data() + used, content.size() - used);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw Unreadable(name);
    if (got == 0) break;
    used += static_cast<std::size_t>(got);
    if (used == content.size()) content.resize(used + used / 2 + kPiece);
  }
  content.resize(used);
  return content;
}

}  // namespace

std::string ToPlainText(std::string content, const std::string& name) {
  if (IsGzip(content)) content = Gunzip(content, name);
  if (content.starts_with("\xff\xfe") || content.starts_with("\xfe\xff")) {
    throw UsageError(
        fmt::format("{}:1: UTF-16 text, which must be UTF-8", name));
  }
  if (content.starts_with("\xef\xbb\xbf")) content.erase(0, 3);
  return content;
}

std::string ReadTextFile(const std::filesystem::path& file) {
  const FileDescriptor opened = Open(file);
  return ToPlainText(ReadToEnd(opened.get(), file.string()), file.string());
}

}  // namespace faultline::internal
