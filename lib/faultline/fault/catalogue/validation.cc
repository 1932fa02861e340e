#include "faultline/fault/catalogue/validation.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <numeric>

namespace faultline::internal {
namespace {

using Type = ParameterSpec::Type;

void CheckBounds(const FaultSpec& spec, const ParameterSpec& parameter,
                 double value, const char* unit) {
  if (value < parameter.minimum || value > parameter.maximum)
    throw UsageError(
        fmt::format("fault {}: {}={} is not between {}{} and {}{}", spec.kind,
                    parameter.name, TextParameter(spec, parameter.name),
                    parameter.minimum, unit, parameter.maximum, unit));
}

void CheckChoice(const FaultSpec& spec, const ParameterSpec& parameter) {
  const std::string& value = TextParameter(spec, parameter.name);
  if (std::ranges::count(parameter.choices, value) == 0)
    throw UsageError(fmt::format("fault {}: {}={}: choose one of {}", spec.kind,
                                 parameter.name, value,
                                 fmt::join(parameter.choices, ", ")));
}

void CheckSizes(const FaultSpec& spec, const ParameterSpec& parameter) {
  const std::vector<int> sizes = SizesParameter(spec, parameter.name);
  const int sum = std::accumulate(sizes.begin(), sizes.end(), 0);
  if (!sizes.empty() && sum != static_cast<int>(spec.targets.size()))
    throw UsageError(fmt::format("fault {}: {}={} are {} nodes, but it has {}",
                                 spec.kind, parameter.name,
                                 TextParameter(spec, parameter.name), sum,
                                 spec.targets.size()));
}

void CheckValue(const FaultSpec& spec, const ParameterSpec& parameter) {
  const std::string& name = parameter.name;
  switch (parameter.type) {
    case Type::kDuration:
      return CheckBounds(
          spec, parameter,
          std::chrono::duration<double>(DurationParameter(spec, name)).count(),
          " s");
    case Type::kPercent:
      return CheckBounds(spec, parameter, PercentParameter(spec, name), "%");
    case Type::kNumber:
      return CheckBounds(spec, parameter, NumberParameter(spec, name), "");
    case Type::kChoice:
      return CheckChoice(spec, parameter);
    case Type::kSizes:
      return CheckSizes(spec, parameter);
    case Type::kUnit:
    case Type::kDisk:
      return;  // the service's and the node's: checked by MakeFault
  }
}

}  // namespace

void CheckParameters(const FaultKind& kind, const FaultSpec& spec) {
  for (const auto& [name, value] : spec.parameters) {
    if (std::ranges::count(kind.parameters, name, &ParameterSpec::name) != 0)
      continue;
    std::vector<std::string> names;
    for (const ParameterSpec& known : kind.parameters)
      names.push_back(known.name);
    throw UsageError(fmt::format(
        "fault {}: there is no parameter \"{}\"; it has {}", spec.kind, name,
        names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", "))));
  }
  for (const ParameterSpec& parameter : kind.parameters)
    CheckValue(spec, parameter);
}

}  // namespace faultline::internal
