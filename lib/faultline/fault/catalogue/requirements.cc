#include "faultline/fault/catalogue/requirements.h"

#include <fmt/format.h>

#include "faultline/base/error.h"
#include "faultline/base/program_path.h"

namespace faultline {

std::string MissingFor(const FaultKind& kind, const GuestImage& image) {
  for (const std::string& program : kind.programs) {
    if (!FindProgram(program))
      return fmt::format("fault {} needs the program {}, which is not in PATH",
                         kind.name, program);
  }
  for (const std::string& module : kind.modules) {
    if (image.modules && !image.modules->contains(module))
      return fmt::format(
          "fault {} needs the kernel module {}, which the guest image {} ({}) "
          "does not have",
          kind.name, module, image.directory.string(), image.operating_system);
  }
  return "";
}

void RequireProvided(const FaultKind& kind, const GuestImage& image) {
  const std::string missing = MissingFor(kind, image);
  if (!missing.empty()) throw UsageError(missing);
}

std::vector<Gap> GapsOf(const FaultKind& kind, const Capabilities& has,
                        const std::string& service) {
  std::vector<Gap> gaps;
  for (const Capability& missing : MissingFrom(has, kind.needs))
    gaps.push_back({.capability = missing,
                    .needed_by = "fault " + kind.name,
                    .service = service});
  return gaps;
}

void RequireCapabilities(const FaultKind& kind, const Capabilities& has,
                         const std::string& service) {
  const std::vector<Gap> gaps = GapsOf(kind, has, service);
  if (!gaps.empty()) throw GapError(gaps.front());
}

}  // namespace faultline
