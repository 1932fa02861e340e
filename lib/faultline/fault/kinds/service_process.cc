#include "faultline/fault/kinds/service_process.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

#include "faultline/service/service_unit.h"

namespace faultline::internal {

ParameterSpec UnitParameter() {
  return {.name = "unit",
          .description = "one of the service's systemd units; empty: all",
          .type = ParameterSpec::Type::kUnit,
          .default_value = ""};
}

std::vector<std::string> UnitsHit(const FaultContext& context, const Node& node,
                                  const FaultSpec& spec) {
  std::vector<std::string> units = context.service.units(node);
  const std::string& wanted = TextParameter(spec, "unit");
  if (wanted.empty()) return units;
  if (std::ranges::count(units, wanted) == 0)
    throw UsageError(
        fmt::format("fault {}: {} has no unit \"{}\" on {}; it has "
                    "{}",
                    spec.kind, context.service.name(), wanted, node.name(),
                    fmt::join(units, ", ")));
  return {wanted};
}

MainPids RequireMainPids(Node& node, const std::vector<std::string>& units,
                         Deadline deadline) {
  MainPids pids;
  for (const std::string& unit : units) {
    pids[unit] = MainPid(node, unit, deadline);
    if (pids[unit] == "0")
      throw NoEffectError(fmt::format("{}: {} does not run: nothing to break",
                                      node.name(), unit));
  }
  return pids;
}

bool AllAreNew(Node& node, const MainPids& before, Deadline deadline) {
  return std::ranges::all_of(before, [&](const auto& entry) {
    const std::string pid = MainPid(node, entry.first, deadline);
    return pid != entry.second && pid != "0";
  });
}

}  // namespace faultline::internal
