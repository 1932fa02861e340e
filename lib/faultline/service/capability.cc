#include "faultline/service/capability.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace faultline {

std::string ToText(const Gap& gap) {
  return fmt::format("gap: {}", gap.capability.name());
}

std::string Describe(const Gap& gap) {
  return fmt::format("{}: {} needs it, {} does not have it", ToText(gap),
                     gap.needed_by, gap.service);
}

Capabilities MissingFrom(const Capabilities& has, const Capabilities& needs) {
  Capabilities missing;
  std::ranges::set_difference(needs, has,
                              std::inserter(missing, missing.end()));
  return missing;
}

}  // namespace faultline
