#pragma once

#include <map>
#include <string>
#include <vector>

#include "faultline/page/stored_results.h"

namespace faultline::internal {

// What the parts of the document ask of stored runs.

using Runs = std::vector<StoredRun>;

// Watches have no role of their own: their scenarios carry the name.
inline constexpr char kWatch[] = "Watch";

// Whether a scenario, of that role, tells something about `component`.
bool Concerns(const std::string& test, const std::string& role,
              const std::string& component);

Runs Of(const Runs& runs, const std::string& component);
std::map<std::string, Runs> ByScenario(const Runs& runs);
std::int64_t CountHeld(const Runs& runs);
// Every one of them lacked a capability.
bool IsGap(const Runs& runs);
std::string SecondsText(std::int64_t ns);  // "3.57 s"

}  // namespace faultline::internal
