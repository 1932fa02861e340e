#include "faultline/cli/image_build.h"

#include <string>

#include "faultline/base/environment.h"
#include "faultline/base/error.h"
#include "faultline/cli/line_reader.h"

namespace faultline {

void BuildImage(Warden& warden, Progress& progress) {
  if (Environment("FAULTLINE_IMAGE")) return;
  const std::filesystem::path script =
      std::filesystem::path(FAULTLINE_SOURCE_DIRECTORY) /
      "fixtures/guest/build-image";
  std::string last;
  progress.Status("guest image");
  const int status =
      RunWithLines(warden, {script.string()}, [&](const std::string& line) {
        if (line.empty()) return progress.Tick();
        last = line;
        if (!line.starts_with("image:")) return;
        progress.Print(line);
        progress.Status(line);
      });
  progress.Status("");
  if (status != 0) throw UsageError("the guest image was not built: " + last);
}

}  // namespace faultline
