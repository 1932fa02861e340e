#include <fmt/format.h>

#include <iostream>

#include "faultline/base/environment.h"
#include "faultline/cli/commands.h"
#include "faultline/cli/exit_status.h"
#include "faultline/cli/image_build.h"
#include "faultline/vm/image.h"

namespace faultline {
namespace {

int ShowImage() {
  Progress progress;
  const GuestImage image = LoadGuestImage(BuildImage(progress));
  const bool chosen = Environment("FAULTLINE_IMAGE").has_value();
  std::cout << fmt::format(
      "{} {}: {}{}\n", image.operating_system, image.id,
      image.directory.string(),
      chosen ? " (FAULTLINE_IMAGE; nothing is built)" : "");
  return kExitGood;
}

}  // namespace

void AddImageCommand(Command app, int& status) {
  Command command = app.AddCommand(
      "image", "build the guest image if it is missing or damaged");
  command.OnRun([&status] { status = ShowImage(); });
}

}  // namespace faultline
