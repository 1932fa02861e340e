#include "faultline/fault/catalogue/requirements.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "faultline/base/error.h"
#include "faultline/fault/catalogue/fault_catalogue.h"

namespace faultline {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::ThrowsMessage;

GuestImage ImageWith(std::set<std::string> modules) {
  GuestImage image;
  image.directory = "/images/small";
  image.operating_system = "Debian 12";
  image.modules = std::move(modules);
  return image;
}

TEST(Requirements, WhatNeedsAModuleThatTheImageLacksIsRefusedByName) {
  EXPECT_THAT(
      [] {
        RequireProvided(FindFaultKind("delay"),
                        ImageWith({"nf_tables", "sch_prio"}));
      },
      ThrowsMessage<UsageError>(
          AllOf(HasSubstr("fault delay needs the kernel module sch_netem"),
                HasSubstr("/images/small (Debian 12)"))));
}

TEST(Requirements, ModulesThatAreThereAreEnough) {
  RequireProvided(FindFaultKind("one-way-cut"), ImageWith({"nf_tables"}));
  RequireProvided(FindFaultKind("power-cut"), ImageWith({}));
}

TEST(Requirements, AnImageThatDoesNotTellIsBelieved) {
  RequireProvided(FindFaultKind("delay"), GuestImage{});
}

TEST(Requirements, WhatNeedsAProgramOfTheHostIsRefusedWithoutIt) {
  FaultKind kind = FindFaultKind("cable-delay");
  ASSERT_EQ(kind.programs, std::vector<std::string>{"wirefilter"});
  RequireProvided(kind, GuestImage{});
  kind.programs = {"no-such-wirefilter"};
  EXPECT_EQ(MissingFor(kind, GuestImage{}),
            "fault cable-delay needs the program no-such-wirefilter, which is "
            "not in PATH");
}

TEST(Requirements, ACapabilityThatTheServiceLacksIsAGap) {
  const FaultKind& kind = FindFaultKind("remove-member");
  EXPECT_THAT(
      [&] { RequireCapabilities(kind, {capability::kLeader}, "nginx 1.22"); },
      ThrowsMessage<GapError>("gap: membership: fault remove-member needs it, "
                              "nginx 1.22 does not have it"));
  const std::vector<Gap> gaps = GapsOf(kind, {}, "nginx 1.22");
  ASSERT_EQ(gaps.size(), 2U);
  EXPECT_EQ(ToText(gaps[0]), "gap: leader");
  EXPECT_EQ(ToText(gaps[1]), "gap: membership");
}

// They serve every role: a service that can nothing but run.
TEST(Requirements, OnlyChangesOfMembershipNeedAnythingOfTheService) {
  for (const FaultKind& kind : FaultCatalogue()) {
    const bool change =
        kind.name == "remove-member" || kind.name == "replace-member";
    EXPECT_EQ(GapsOf(kind, {}, "nginx").empty(), !change) << kind.name;
  }
}

}  // namespace
}  // namespace faultline
