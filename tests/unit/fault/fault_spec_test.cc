#include "faultline/fault/fault_spec.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "faultline/base/error.h"

namespace faultline {
namespace {

using std::chrono_literals::operator""ms;
using testing::HasSubstr;
using testing::ThrowsMessage;

TEST(FaultSpec, IsPrintedAsOneLineAndReadBack) {
  const FaultSpec spec{.kind = "delay",
                       .targets = {"node2", "node1"},
                       .parameters = {{"jitter", "10ms"}, {"delay", "0.1s"}}};
  EXPECT_EQ(ToText(spec), "delay node2,node1 delay=0.1s jitter=10ms");
  EXPECT_EQ(ParseFaultSpec(ToText(spec)), spec);
}

TEST(FaultSpec, WithoutTargetsOrWithAnEmptyValueIsReadBack) {
  const FaultSpec spec{
      .kind = "partition", .targets = {}, .parameters = {{"sizes", ""}}};
  EXPECT_EQ(ParseFaultSpec(ToText(spec)), spec);
}

TEST(FaultSpec, ThatDoesNotReadIsRefusedWithItsText) {
  for (const char* text :
       {"", "de;lay node1", "delay node1, x=1", "delay node1 node2",
        "delay x=1 node1", "delay node1 x=1 x=2", "delay node1 =1",
        "delay node1 x=$(reboot)", "delay node1,,node2"}) {
    EXPECT_THAT([&] { ParseFaultSpec(text); },
                ThrowsMessage<UsageError>(HasSubstr(text)))
        << text;
  }
}

TEST(FaultSpec, ParametersAreReadInTheirUnits) {
  const FaultSpec spec =
      ParseFaultSpec("k node1 a=100ms b=-1.5s c=20us d=12.5% e=7 f=word");
  EXPECT_EQ(DurationParameter(spec, "a"), 100ms);
  EXPECT_EQ(DurationParameter(spec, "b"), -1500ms);
  EXPECT_EQ(DurationParameter(spec, "c"), std::chrono::microseconds(20));
  EXPECT_EQ(PercentParameter(spec, "d"), 12.5);
  EXPECT_EQ(NumberParameter(spec, "e"), 7);
  EXPECT_EQ(TextParameter(spec, "f"), "word");
}

TEST(FaultSpec, AValueOfAnotherUnitIsRefused) {
  const FaultSpec spec = ParseFaultSpec("k node1 a=100 b=5h c=20 d=7% e=word");
  EXPECT_THROW(DurationParameter(spec, "a"), UsageError);
  EXPECT_THROW(DurationParameter(spec, "b"), UsageError);
  EXPECT_THROW(PercentParameter(spec, "c"), UsageError);
  EXPECT_THROW(NumberParameter(spec, "d"), UsageError);
  EXPECT_THROW(NumberParameter(spec, "e"), UsageError);
  EXPECT_THAT([&] { DurationParameter(spec, "missing"); },
              ThrowsMessage<UsageError>(HasSubstr("missing is missing")));
}

}  // namespace
}  // namespace faultline
