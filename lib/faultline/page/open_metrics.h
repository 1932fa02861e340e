#pragma once

#include <string>

#include "faultline/page/run_catalogue.h"

namespace faultline {

// The runs as OpenMetrics text (version 1.0.0): how many of each scenario ended
// how, the last one's age and length, outages beside their bound, sweeps and
// their canaries. Units are base units; a metric without a value is left out.
std::string OpenMetrics(const RunCatalogue& catalogue);

}  // namespace faultline
