#include "faultline/fault/catalogue/fault_catalogue.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace faultline {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

const std::vector<std::string> kNodes = {"node1", "node2", "node3"};

void Validate(const std::string& text) {
  ValidateFault(ParseFaultSpec(text), kNodes);
}

// The fewest nodes that the kind takes, with its defaults.
FaultSpec Simplest(const FaultKind& kind) {
  FaultSpec spec{.kind = kind.name, .targets = {}};
  for (int i = 0; i < kind.targets.fewest; ++i)
    spec.targets.push_back(kNodes.at(static_cast<std::size_t>(i)));
  return spec;
}

TEST(FaultCatalogue, EveryKindHasAnOwnNameAndADescription) {
  std::set<std::string> names;
  for (const FaultKind& kind : FaultCatalogue()) {
    EXPECT_TRUE(names.insert(kind.name).second) << kind.name;
    EXPECT_FALSE(kind.description.empty()) << kind.name;
    EXPECT_TRUE(kind.make) << kind.name;
  }
  EXPECT_GE(names.size(), 20U);
}

TEST(FaultCatalogue, EveryKindIsValidWithItsDefaultsAndPrintsWhole) {
  for (const FaultKind& kind : FaultCatalogue()) {
    const FaultSpec spec = CompleteFault(Simplest(kind));
    EXPECT_NO_THROW(ValidateFault(spec, kNodes)) << kind.name;
    EXPECT_EQ(spec.parameters.size(), kind.parameters.size());
    EXPECT_EQ(ParseFaultSpec(ToText(spec)), spec) << ToText(spec);
  }
}

TEST(FaultCatalogue, EveryBoundIsKept) {
  for (const FaultKind& kind : FaultCatalogue()) {
    for (const ParameterSpec& parameter : kind.parameters) {
      if (parameter.type == ParameterSpec::Type::kUnit ||
          parameter.type == ParameterSpec::Type::kDisk)
        continue;
      FaultSpec spec = Simplest(kind);
      spec.parameters[parameter.name] = "99999999999s";
      EXPECT_THROW(ValidateFault(spec, kNodes), UsageError)
          << kind.name << " " << parameter.name;
    }
  }
}

TEST(FaultCatalogue, AnUnknownKindIsToldWhatExists) {
  EXPECT_THAT(
      [] { Validate("explode node1"); },
      ThrowsMessage<UsageError>(testing::AllOf(
          HasSubstr("no fault \"explode\""), HasSubstr("process-kill"))));
}

TEST(ValidateFault, RefusesNodesThatAreNotThereOrTooMany) {
  EXPECT_THAT([] { Validate("isolate node4"); },
              ThrowsMessage<UsageError>(HasSubstr("no node \"node4\"")));
  EXPECT_THAT([] { Validate("pair-cut node1,node1"); },
              ThrowsMessage<UsageError>(HasSubstr("named twice")));
  EXPECT_THAT([] { Validate("isolate node1,node2"); },
              ThrowsMessage<UsageError>(HasSubstr("takes 1 of 3")));
  EXPECT_THROW(Validate("pair-cut node1"), UsageError);
  EXPECT_THROW(Validate("isolate"), UsageError);
  EXPECT_THROW(Validate("majority-minority node1,node2"), UsageError);
  EXPECT_THROW(Validate("filter-partition node1,node2,node3"), UsageError);
  EXPECT_THROW(
      ValidateFault(ParseFaultSpec("ring node1,node2"), {"node1", "node2"}),
      UsageError);
}

TEST(ValidateFault, RefusesAPartitionWithNobodyApart) {
  EXPECT_THAT([] { Validate("partition node1,node2,node3"); },
              ThrowsMessage<UsageError>(HasSubstr("nobody is apart")));
  EXPECT_THROW(Validate("partition node1,node2,node3 sizes=3"), UsageError);
  EXPECT_NO_THROW(Validate("partition node1,node2,node3 sizes=2+1"));
}

TEST(ValidateFault, RefusesParametersThatAreNotThereOrOutOfBounds) {
  EXPECT_THAT([] { Validate("delay node1 length=3s"); },
              ThrowsMessage<UsageError>(HasSubstr("it has delay, jitter")));
  EXPECT_THAT([] { Validate("delay node1 delay=11s"); },
              ThrowsMessage<UsageError>(
                  HasSubstr("delay=11s is not between 0.001 s and 10 s")));
  EXPECT_THROW(Validate("loss node1 share=101%"), UsageError);
  EXPECT_THROW(Validate("process-kill node1 x=1"), UsageError);
}

TEST(ValidateFault, SizesOfGroupsAreThoseOfTheTargets) {
  EXPECT_NO_THROW(Validate("partition node1,node3 sizes=1+1"));
  EXPECT_THAT(
      [] { Validate("partition node1,node3 sizes=1+2"); },
      ThrowsMessage<UsageError>(HasSubstr("are 3 nodes, but it has 2")));
  EXPECT_THROW(Validate("partition node1,node3 sizes=0+2"), UsageError);
  EXPECT_THROW(Validate("partition node1,node3 sizes=two"), UsageError);
}

}  // namespace
}  // namespace faultline
