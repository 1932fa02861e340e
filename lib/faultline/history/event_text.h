#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "faultline/history/history.h"
#include "faultline/history/json_text.h"

namespace faultline::internal {

// The lines of a recorded history (docs/history-format.md). Of an operation's
// events these are all but the number and the time, which Stamp adds: they are
// known only when the event takes its place in the file.
std::string MetadataLine(const std::map<std::string, std::string>& metadata);
JsonLineWriter InvokeEvent(const Operation& operation);
JsonLineWriter CompleteEvent(const Operation& operation);
std::string Stamp(JsonLineWriter event, std::int64_t id, std::int64_t time);

}  // namespace faultline::internal
