#include "faultline/base/files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <array>
#include <cstdlib>

#include "faultline/base/errno_text.h"
#include "faultline/base/error.h"
#include "faultline/base/file_descriptor.h"

namespace faultline {
namespace {

[[noreturn]] void ThrowErrno(std::string_view action,
                             const std::filesystem::path& path) {
  const int error = errno;
  throw UsageError(
      fmt::format("cannot {} {}: {}", action, path.string(), ErrnoText(error)));
}

// A file that vanishes unless it is given its final name.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::filesystem::path& target)
      : target_(target),
        name_(target.parent_path() /
              ("." + target.filename().string() + ".XXXXXX")) {
    file_.Reset(::mkostemp(name_.data(), O_CLOEXEC));
    if (!file_) ThrowErrno("create", target_);
  }
  ~TemporaryFile() {
    if (!renamed_ && file_) ::unlink(name_.c_str());
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;

  int get() const { return file_.get(); }
  void Rename() {
    if (::rename(name_.c_str(), target_.c_str()) != 0)
      ThrowErrno("write", target_);
    renamed_ = true;
  }

 private:
  std::filesystem::path target_;
  std::string name_;
  FileDescriptor file_;
  bool renamed_ = false;
};

}  // namespace

std::string ReadFile(const std::filesystem::path& path) {
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (!file) ThrowErrno("read", path);
  std::string content;
  std::array<char, 65536> part;
  for (;;) {
    const ssize_t length = ::read(file.get(), part.data(), part.size());
    if (length == 0) return content;
    if (length > 0)
      content.append(part.data(), static_cast<size_t>(length));
    else if (errno != EINTR)
      ThrowErrno("read", path);
  }
}

void WriteAll(int descriptor, std::string_view content,
              const std::filesystem::path& path) {
  while (!content.empty()) {
    const ssize_t length = ::write(descriptor, content.data(), content.size());
    if (length >= 0)
      content.remove_prefix(static_cast<size_t>(length));
    else if (errno != EINTR)
      ThrowErrno("write", path);
  }
}

void WriteFileAtomically(const std::filesystem::path& path,
                         std::string_view content) {
  TemporaryFile file(path);
  WriteAll(file.get(), content, path);
  file.Rename();
}

}  // namespace faultline
