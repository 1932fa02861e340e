#include "faultline/cli/image_build.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <string>
#include <vector>

#include "faultline/base/environment.h"
#include "faultline/base/error.h"
#include "faultline/cli/exit_status.h"
#include "faultline/cli/line_reader.h"
#include "faultline/vm/image.h"

namespace faultline {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> RecipePlaces() {
  if (const auto chosen = Environment("FAULTLINE_GUEST_RECIPE"))
    return {*chosen};
  std::error_code none;
  const fs::path own = fs::read_symlink("/proc/self/exe", none);
  return {own.parent_path().parent_path() / "share/faultline/guest",
          FAULTLINE_RECIPE_INSTALLED, FAULTLINE_RECIPE_IN_SOURCE_TREE};
}

// Steps are shown as they come; the rest is worth reading only after a failure.
class BuildOutput {
 public:
  explicit BuildOutput(Progress& progress) : progress_(progress) {}

  void OnLine(const std::string& line) {
    if (line.empty()) return progress_.Tick();
    last_ = line;
    if (!line.starts_with("image:")) return rest_.push_back(line);
    progress_.Print(line);
    progress_.Status(line);
  }
  const std::string& last() const { return last_; }
  void ShowRest() const {
    for (const std::string& line : rest_) std::cerr << line << "\n";
  }

 private:
  Progress& progress_;
  std::vector<std::string> rest_;
  std::string last_;
};

}  // namespace

void UseRelease(const std::string& release) {
  if (release.empty()) return;
  const std::vector<std::string> known = {"bullseye", kDefaultRelease, "trixie",
                                          "sid"};
  if (std::ranges::count(known, release) == 0) {
    throw UsageError(
        fmt::format("--image: there is no image of \"{}\"; there "
                    "are {}",
                    release, fmt::join(known, ", ")));
  }
  if (const auto chosen = Environment("FAULTLINE_IMAGE"))
    throw UsageError("--image: FAULTLINE_IMAGE names an image already: " +
                     *chosen);
  ::setenv("FAULTLINE_RELEASE", release.c_str(), 1);
}

fs::path ImageBuilder() {
  const std::vector<fs::path> places = RecipePlaces();
  for (const fs::path& place : places) {
    std::error_code none;
    if (fs::exists(place / "build-image", none)) return place / "build-image";
  }
  std::vector<std::string> names;
  for (const fs::path& place : places) names.push_back(place.string());
  throw SetupError(
      fmt::format("the recipe of the guest image is not in {}; "
                  "FAULTLINE_GUEST_RECIPE names its folder",
                  fmt::join(names, ", ")));
}

fs::path BuildImage(Progress& progress, const std::set<std::string>& services) {
  if (const auto chosen = Environment("FAULTLINE_IMAGE"))
    return LoadGuestImage(*chosen).directory;
  BuildOutput output(progress);
  progress.Status("guest image");
  std::vector<std::string> command = {ImageBuilder().string()};
  command.insert(command.end(), services.begin(), services.end());
  const int status = RunToItsEnd(
      command, [&](const std::string& line) { output.OnLine(line); });
  progress.Status("");
  if (status == 0) return output.last();
  output.ShowRest();
  throw SetupError(fmt::format("the guest image was not built: {}",
                               output.last().empty()
                                   ? fmt::format("status {}", status)
                                   : output.last()));
}

}  // namespace faultline
