#include "faultline/page/ha_behavior.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "faultline/page/acceptance.h"
#include "faultline/page/ha_component.h"
#include "faultline/page/run_catalogue.h"
#include "faultline/page/stored_runs.h"

namespace faultline {
namespace {

using internal::Runs;

std::vector<std::string> ComponentsOf(
    const Runs& runs, const std::vector<std::string>& scenarios) {
  std::vector<std::string> components = ComponentsOfT040();
  const auto add = [&](const std::string& component) {
    if (std::ranges::count(components, component) == 0)
      components.push_back(component);
  };
  for (const StoredRun& run : runs) add(run.role);
  for (const std::string& scenario : scenarios) add(ComponentOfTest(scenario));
  return components;
}

// Of `scenarios` those that concern the component and have no run.
std::set<std::string> NotRun(const std::vector<std::string>& scenarios,
                             const std::string& component, const Runs& runs) {
  std::set<std::string> missing;
  for (const std::string& scenario : scenarios) {
    if (internal::Concerns(scenario, ComponentOfTest(scenario), component) &&
        std::ranges::count(runs, scenario, &StoredRun::test) == 0)
      missing.insert(scenario);
  }
  return missing;
}

}  // namespace

std::vector<std::string> ComponentsOfT040() {
  return {"ChainFire", "FlareDB",  "PlasmaVMC",
          "IAM",       "PrismNet", internal::kWatch};
}

std::string HaBehavior(const Runs& stored,
                       const std::vector<std::string>& scenarios) {
  // What the harness could not carry through says nothing of a service.
  Runs runs = stored;
  const auto broken = std::erase_if(
      runs, [](const StoredRun& run) { return run.status == "broken"; });
  std::string text = fmt::format(
      "# How the components behave when something breaks\n\n"
      "Written by `./faultline document` from {} stored runs "
      "(`fixtures/results`); no figure is typed by hand, and a test compares "
      "it. Do not edit.\n\n",
      runs.size());
  if (broken > 0)
    text += fmt::format(
        "{} more ended with an error of the harness and say nothing of a "
        "service.\n\n",
        broken);
  text += internal::AcceptanceTable(runs, ComponentsOfT040());
  for (const std::string& component : ComponentsOf(runs, scenarios))
    text += internal::ComponentSection(component, internal::Of(runs, component),
                                       NotRun(scenarios, component, runs));
  return text;
}

}  // namespace faultline
