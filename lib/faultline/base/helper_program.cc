#include "faultline/base/helper_program.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <system_error>
#include <vector>

#include "faultline/base/environment.h"
#include "faultline/base/error.h"

namespace faultline::internal {
namespace {

namespace fs = std::filesystem;

constexpr char kWarden[] = "faultline-warden";

std::vector<fs::path> PlacesOf(const std::string& name) {
  // Who names a warden wants that one, not another that happens to be there.
  if (const auto chosen = Environment("FAULTLINE_WARDEN"))
    return {name == kWarden ? fs::path(*chosen)
                            : fs::path(*chosen).replace_filename(name)};
  std::vector<fs::path> places;
  std::error_code ignored;
  const fs::path self = fs::read_symlink("/proc/self/exe", ignored);
  if (!self.empty()) {
    const fs::path directory = self.parent_path();
    places.push_back(directory / name);
    // An installation that was moved as a whole.
    places.push_back(directory.parent_path() / "libexec" / name);
  }
#ifdef FAULTLINE_WARDEN_IN_BUILD_TREE
  places.push_back(
      fs::path(FAULTLINE_WARDEN_IN_BUILD_TREE).replace_filename(name));
#endif
#ifdef FAULTLINE_WARDEN_INSTALLED
  places.push_back(fs::path(FAULTLINE_WARDEN_INSTALLED).replace_filename(name));
#endif
  return places;
}

}  // namespace

fs::path FindHelper(const std::string& name) {
  std::vector<std::string> missed;
  for (const fs::path& place : PlacesOf(name)) {
    if (::access(place.c_str(), X_OK) == 0) return place;
    missed.push_back(place.string());
  }
  throw MachineError(fmt::format("helper {} not found (tried {})", name,
                                 fmt::join(missed, ", ")));
}

}  // namespace faultline::internal
