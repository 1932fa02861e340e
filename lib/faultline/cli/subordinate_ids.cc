#include "faultline/cli/subordinate_ids.h"

#include <fmt/format.h>
#include <pwd.h>
#include <unistd.h>

#include <fstream>

namespace faultline {

bool GivesIds(const std::filesystem::path& file, const std::string& user,
              const std::string& uid) {
  std::ifstream lines(file);
  for (std::string line; std::getline(lines, line);) {
    const std::string owner = line.substr(0, line.find(':'));
    if (owner != line && (owner == user || owner == uid)) return true;
  }
  return false;
}

std::string MissingSubordinateIds() {
  const std::string uid = std::to_string(::getuid());
  const passwd* entry = ::getpwuid(::getuid());
  const std::string user = entry != nullptr ? entry->pw_name : uid;
  for (const char* file : {"/etc/subuid", "/etc/subgid"}) {
    if (!GivesIds(file, user, uid))
      return fmt::format(
          "user {} has no line in {}, so it cannot build an image; as root: "
          "usermod --add-subuids 100000-165535 --add-subgids 100000-165535 {}",
          user, file, user);
  }
  return "";
}

}  // namespace faultline
