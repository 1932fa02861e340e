#pragma once

#include <filesystem>
#include <string>

namespace faultline {

// Whether the file (/etc/subuid, /etc/subgid) gives this user, by name or
// number, a range of ids.
bool GivesIds(const std::filesystem::path& file, const std::string& user,
              const std::string& uid);

// What the user of this process lacks to build a guest image without root, and
// what to do about it; empty if nothing.
std::string MissingSubordinateIds();

}  // namespace faultline
