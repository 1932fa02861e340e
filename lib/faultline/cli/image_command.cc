#include "faultline/cli/commands.h"
#include "faultline/cli/image_build.h"

namespace faultline {

void AddImageCommand(CLI::App& app, int&) {
  CLI::App* command =
      app.add_subcommand("image", "build the guest image if it is not there");
  command->callback([] {
    Warden warden;
    Progress progress;
    BuildImage(warden, progress);
  });
}

}  // namespace faultline
