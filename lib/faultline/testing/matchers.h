#pragma once

#include <gmock/gmock.h>

#include <ostream>
#include <string>
#include <vector>

#include "faultline/base/deadline.h"
#include "faultline/check/availability.h"
#include "faultline/check/verdict.h"

namespace faultline {

void PrintTo(const Verdict& verdict, std::ostream* out);

// The verdict is kHolds. Explains itself: "VIOLATED every acknowledged write is
// there: ..." or "INCONCLUSIVE ...".
testing::Matcher<const Verdict&> Holds();

// Probes: every outage ended, none was longer than `limit`, and there was
// service before the first.
testing::Matcher<const std::vector<Probe>&> RecoversWithin(Duration limit);

// "VIOLATED <property>", then its evidence, a line each.
std::string Explain(const Verdict& verdict);

}  // namespace faultline
