#include "faultline/page/stored_runs.h"

#include <fmt/format.h>

#include <algorithm>

namespace faultline::internal {

bool Concerns(const std::string& test, const std::string& role,
              const std::string& component) {
  if (component == kWatch) return test.find(kWatch) != std::string::npos;
  return role == component;
}

Runs Of(const Runs& runs, const std::string& component) {
  Runs found;
  std::ranges::copy_if(runs, std::back_inserter(found),
                       [&](const StoredRun& run) {
                         return Concerns(run.test, run.role, component);
                       });
  return found;
}

std::map<std::string, Runs> ByScenario(const Runs& runs) {
  std::map<std::string, Runs> scenarios;
  for (const StoredRun& run : runs) scenarios[run.test].push_back(run);
  return scenarios;
}

std::int64_t CountHeld(const Runs& runs) {
  return std::ranges::count(runs, std::string("held"), &StoredRun::status);
}

bool IsGap(const Runs& runs) {
  return std::ranges::all_of(
      runs, [](const StoredRun& run) { return run.status == "gap"; });
}

std::string SecondsText(std::int64_t ns) {
  return fmt::format("{:.2f} s", static_cast<double>(ns) / 1e9);
}

}  // namespace faultline::internal
