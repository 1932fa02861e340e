#pragma once

#include <string>
#include <vector>

#include "faultline/cli/scenario_runs.h"

namespace faultline {

// How many held, how long the worst outage of each was (least, median, 95th
// percentile), and the bound that its store derives from its settings.
std::string RepetitionsTable(const std::vector<ScenarioRuns>& scenarios);

}  // namespace faultline
