#pragma once

#include <memory>
#include <string>

#include "faultline/evidence/verdict.h"
#include "faultline/service/replicated_store.h"

namespace faultline {

// Defects to try a sweep on. They show only while something is broken: a
// healthy cluster keeps every promise.
enum class PlantedDefect {
  // A write that a member refused, or that did not reach it, is acknowledged
  // and forgotten.
  kLostWrite,
  // A read that a member does not answer is answered with what was last read
  // or written through that member.
  kStaleRead,
  // Once a watch's stream has broken, each watch that is resumed loses the
  // change that it is asked to go on with.
  kLostEvent,
  // The same, but it brings the change before that once more.
  kRepeatedEvent,
  // While a member does not answer, the others acknowledge nothing either.
  kStalledMajority,
};

// "lost-write", "stale-read", "lost-event", "repeated-event",
// "stalled-majority". Throws UsageError naming these.
PlantedDefect ParsePlantedDefect(const std::string& text);
// The inverse.
std::string ToText(PlantedDefect defect);

// Whether the defect can be what a judge found violated: another finding is of
// the store itself.
bool CanCause(PlantedDefect defect, const Verdict& violated);

// The store, with clients that have the defect. Thread-safe.
std::unique_ptr<ReplicatedStore> Plant(PlantedDefect defect,
                                       std::unique_ptr<ReplicatedStore> store);

}  // namespace faultline
