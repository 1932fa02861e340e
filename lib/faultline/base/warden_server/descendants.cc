#include "faultline/base/warden_server/descendants.h"

#include <unistd.h>

#include <charconv>
#include <filesystem>
#include <fstream>
#include <string>
#include <system_error>

namespace faultline::internal {
namespace {

namespace fs = std::filesystem;

// The parent of a process, or -1. /proc/PID/stat reads "PID (NAME) STATE
// PARENT ...", and the name may hold anything, brackets too.
pid_t ParentOf(const fs::path& process) {
  std::ifstream file(process / "stat");
  std::string stat;
  std::getline(file, stat, '\0');
  const size_t name_end = stat.rfind(')');
  if (name_end == std::string::npos || name_end + 4 >= stat.size()) return -1;
  pid_t parent = -1;
  std::from_chars(stat.data() + name_end + 4, stat.data() + stat.size(),
                  parent);
  return parent;
}

}  // namespace

std::vector<pid_t> ChildrenOfThisProcess() {
  std::vector<pid_t> children;
  std::error_code error;
  fs::directory_iterator entry("/proc", error);
  for (; !error && entry != fs::directory_iterator(); entry.increment(error)) {
    const std::string name = entry->path().filename().string();
    pid_t pid = -1;
    std::from_chars(name.data(), name.data() + name.size(), pid);
    if (pid > 0 && ParentOf(entry->path()) == ::getpid())
      children.push_back(pid);
  }
  return children;
}

bool IsWarden(pid_t pid) {
  std::error_code error;
  const fs::path own = fs::read_symlink("/proc/self/exe", error);
  if (error) return false;
  const fs::path other =
      fs::read_symlink("/proc/" + std::to_string(pid) + "/exe", error);
  return !error && other == own;
}

}  // namespace faultline::internal
