#include "faultline/vm/machine_disk.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <cerrno>
#include <cstring>

#include "faultline/base/error.h"
#include "faultline/base/file_descriptor.h"

namespace faultline {
namespace {

constexpr int kMibShift = 20;

bool IsSerialCharacter(unsigned char c) {
  return std::isalnum(c) != 0 || c == '-' || c == '_';
}

}  // namespace

void MakeBlankDisk(const std::string& what, const std::filesystem::path& path,
                   int mib) {
  if (std::filesystem::exists(path)) return;
  const FileDescriptor file(
      ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
  if (file &&
      ::ftruncate(file.get(), static_cast<off_t>(mib) << kMibShift) == 0)
    return;
  const int reason = errno;
  if (file) ::unlink(path.c_str());
  if (reason == ENOSPC || reason == EDQUOT)
    throw UsageError(
        fmt::format("{}: no space left for {}: free some, or set TMPDIR to "
                    "another file system",
                    what, path.string()));
  throw MachineError(fmt::format("{}: cannot make {}: {}", what, path.string(),
                                 std::strerror(reason)));
}

void CheckSerial(const std::string& owner, const std::string& serial) {
  if (serial.empty() || serial.size() > kMostSerialCharacters ||
      !std::ranges::all_of(serial, IsSerialCharacter))
    throw UsageError(fmt::format(
        "{}: a disk cannot have the serial \"{}\": 1 to {} letters, digits, "
        "'-' and '_'",
        owner, serial, kMostSerialCharacters));
  if (serial == "root" || serial == "state")
    throw UsageError(fmt::format(
        "{}: the serial \"{}\" is taken by every machine's own disk", owner,
        serial));
}

}  // namespace faultline
