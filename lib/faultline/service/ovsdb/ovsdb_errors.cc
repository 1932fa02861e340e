#include "faultline/service/ovsdb/ovsdb_errors.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace faultline {
namespace {

using Kind = OvsdbFailure::Kind;

// Found before the database is looked at.
constexpr std::array<std::string_view, 4> kRefused = {
    "unknown database", "database not available", "syntax error",
    "unknown method"};

// Follow from the request and the schema alone.
constexpr std::array<std::string_view, 7> kMalformed = {
    "syntax error",  "not allowed",         "not supported",   "unknown column",
    "unknown table", "duplicate uuid-name", "permission error"};

// Follow from what the database held.
constexpr std::array<std::string_view, 7> kDependent = {
    "constraint violation",
    "timed out",
    "referential integrity violation",
    "aborted",
    "domain error",
    "range error",
    "not owner"};

template <typename Tags>
bool IsAmong(const Tags& tags, const std::string& tag) {
  return std::ranges::find(tags, tag) != tags.end();
}

}  // namespace

OvsdbEffect EffectOf(const OvsdbFailure& failure) {
  const std::string& tag = failure.tag;
  if (failure.kind == Kind::kNotSent) return OvsdbEffect::kNone;
  if (failure.kind == Kind::kRefused && IsAmong(kRefused, tag)) {
    return OvsdbEffect::kNone;
  }
  if (failure.kind != Kind::kAborted) return OvsdbEffect::kUnknown;
  if (IsAmong(kMalformed, tag)) return OvsdbEffect::kNone;
  return IsAmong(kDependent, tag) ? OvsdbEffect::kAsk : OvsdbEffect::kUnknown;
}

}  // namespace faultline
