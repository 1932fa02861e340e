#include "faultline/fault/kinds/guest_loop.h"

#include <fmt/format.h>

#include "faultline/remote/shell_text.h"

namespace faultline::internal {

void StartInGuest(Node& node, const std::string& name,
                  const std::string& script, Deadline deadline) {
  // With the caller's PATH: systemd's own need not lead to any program (NixOS).
  node.Succeed(fmt::format("systemd-run --quiet --collect --unit=faultline-{} "
                           "--setenv=PATH=\"$PATH\" "
                           "--property=DefaultDependencies=no "
                           "--property=KillSignal=SIGKILL sh -c {}",
                           name, ShellQuote(script)),
               deadline);
}

void StopInGuest(Node& node, const std::string& name, Deadline deadline) {
  node.Succeed(
      fmt::format("! systemctl --quiet is-active faultline-{0}.service || "
                  "systemctl stop faultline-{0}.service",
                  name),
      deadline);
}

}  // namespace faultline::internal
