#include "faultline/base/temporary_directory.h"

#include <fmt/format.h>

#include <cstdlib>
#include <system_error>

#include "faultline/base/environment.h"
#include "faultline/base/errno_text.h"
#include "faultline/base/error.h"
#include "faultline/base/warden.h"

namespace faultline {

TemporaryDirectory::TemporaryDirectory(const std::string& name) {
  const std::filesystem::path parent = Environment("TMPDIR").value_or("/tmp");
  std::string path = parent / (name + "-XXXXXX");
  if (::mkdtemp(path.data()) == nullptr) {
    const int error = errno;
    throw UsageError(
        fmt::format("cannot make the temporary directory {}: {} (set TMPDIR to "
                    "a directory with room)",
                    path, ErrnoText(error)));
  }
  path_ = path;
}

TemporaryDirectory::TemporaryDirectory(const std::string& name, Warden& warden)
    : TemporaryDirectory(name) {
  warden.RemoveAtExit(path_);
}

TemporaryDirectory::~TemporaryDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace faultline
