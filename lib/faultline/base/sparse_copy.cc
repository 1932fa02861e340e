#include "faultline/base/sparse_copy.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <vector>

#include "faultline/base/error.h"
#include "faultline/base/file_descriptor.h"

namespace faultline {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t kChunk = std::size_t{1} << 20;

struct Copy {
  fs::path from_path;
  fs::path to_path;
  FileDescriptor from;
  FileDescriptor to;

  [[noreturn]] void Throw(const char* action) const {
    throw UsageError(fmt::format("cannot {} {} to {}: {}", action,
                                 from_path.string(), to_path.string(),
                                 std::system_category().message(errno)));
  }

  // Not every file system can copy inside the kernel.
  void ReadAndWrite(off_t begin, off_t end) const {
    std::vector<char> buffer(kChunk);
    for (off_t at = begin; at < end;) {
      const auto wanted = std::min(kChunk, static_cast<std::size_t>(end - at));
      const ssize_t got = ::pread(from.get(), buffer.data(), wanted, at);
      if (got <= 0) Throw("copy");
      const auto bytes = static_cast<std::size_t>(got);
      if (::pwrite(to.get(), buffer.data(), bytes, at) != got) Throw("copy");
      at += got;
    }
  }

  void Range(off_t begin, off_t end) const {
    off_t in = begin;
    off_t out = begin;
    while (in < end) {
      const auto wanted = static_cast<std::size_t>(end - in);
      const ssize_t got =
          ::copy_file_range(from.get(), &in, to.get(), &out, wanted, 0);
      if (got > 0) continue;
      if (got < 0 && errno == ENOSPC) Throw("copy");
      ReadAndWrite(in, end);
      return;
    }
  }

  void Data(off_t size) const {
    off_t end = 0;
    while (end < size) {
      const off_t begin = ::lseek(from.get(), end, SEEK_DATA);
      if (begin < 0 && errno == ENXIO) return;  // a hole up to the end
      if (begin < 0) Throw("copy");
      end = ::lseek(from.get(), begin, SEEK_HOLE);
      if (end < 0) Throw("copy");
      Range(begin, end);
    }
  }

  void All() const {
    if (::ioctl(to.get(), FICLONE, from.get()) == 0) return;
    struct stat status{};
    if (::fstat(from.get(), &status) != 0 ||
        ::ftruncate(to.get(), status.st_size) != 0)
      Throw("copy");
    Data(status.st_size);
  }
};

}  // namespace

void CopySparse(const fs::path& from, const fs::path& to) {
  Copy copy{from, to,
            FileDescriptor(::open(from.c_str(), O_RDONLY | O_CLOEXEC)),
            FileDescriptor()};
  if (!copy.from) copy.Throw("open");
  copy.to.Reset(
      ::open(to.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (!copy.to) copy.Throw("create");
  try {
    copy.All();
  } catch (const Error&) {
    ::unlink(to.c_str());
    throw;
  }
}

}  // namespace faultline
