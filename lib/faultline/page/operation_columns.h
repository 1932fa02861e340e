#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "faultline/history/history.h"

namespace faultline::internal {

// Nanoseconds in the unit of the page's times, microseconds; where a file tells
// no times they count events.
std::int64_t PageTime(const History& history, std::int64_t ns);

// The operations of a history, a column a property, so that 100,000 of them
// stay small: {"process":[...],"invoked":[differences],"length":[-1: open],
// "outcome":"okfu...","function":[...],"key":[...],"input":[...],
// "output":[...],"texts":[...]}; the last four are places in `texts`.
nlohmann::json OperationColumns(const History& history);

// What an operation was asked with, and what came of it, as text.
std::string InputText(const Operation& operation);
std::string OutputText(const Operation& operation);

}  // namespace faultline::internal
