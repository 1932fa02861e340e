#include "faultline/fault/provided.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "faultline/base/error.h"

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

TEST(Provided, WhatNeedsAModuleThatTheImageLacksIsRefusedByName) {
  EXPECT_THAT(
      [] {
        RequireProvided(FindFaultKind("delay"),
                        ImageWith({"nf_tables", "sch_prio"}));
      },
      ThrowsMessage<UsageError>(
          AllOf(HasSubstr("fault delay needs the kernel module sch_netem"),
                HasSubstr("/images/small (Debian 12)"))));
}

TEST(Provided, ModulesThatAreThereAreEnough) {
  RequireProvided(FindFaultKind("one-way-cut"), ImageWith({"nf_tables"}));
  RequireProvided(FindFaultKind("power-cut"), ImageWith({}));
}

TEST(Provided, AnImageThatDoesNotTellIsBelieved) {
  RequireProvided(FindFaultKind("delay"), GuestImage{});
}

TEST(Provided, WhatNeedsAProgramOfTheHostIsRefusedWithoutIt) {
  FaultKind kind = FindFaultKind("cable-delay");
  ASSERT_EQ(kind.programs, std::vector<std::string>{"wirefilter"});
  RequireProvided(kind, GuestImage{});
  kind.programs = {"no-such-wirefilter"};
  EXPECT_EQ(MissingFor(kind, GuestImage{}),
            "fault cable-delay needs the program no-such-wirefilter, which is "
            "not in PATH");
}

}  // namespace
}  // namespace faultline
