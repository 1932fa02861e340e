#include "faultline/cli/commands.h"
#include "faultline/cli/image_build.h"

namespace faultline {

void AddImageCommand(Command app, int&) {
  Command command =
      app.AddCommand("image", "build the guest image if it is not there");
  command.OnRun([] {
    Warden warden;
    Progress progress;
    BuildImage(warden, progress);
  });
}

}  // namespace faultline
