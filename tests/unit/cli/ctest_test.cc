#include "faultline/cli/ctest.h"

#include <gmock/gmock.h>

#include "faultline/base/files.h"
#include "faultline/cli/exit_status.h"
#include "support/scratch_directory.h"

namespace faultline {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using Kind = TestOutcome::Kind;

// As ctest lists it: two scenarios, a unit test, the image.
constexpr char kListing[] = R"({"kind": "ctestInfo", "tests": [
  {"name": "guest_image", "properties": [{"name": "LABELS", "value": ["image"]}]},
  {"name": "Unit.X", "properties": [{"name": "LABELS", "value": ["unit"]}]},
  {"name": "T040.S2.ChainFire.LeaderKilled", "properties": [
    {"name": "LABELS", "value": ["t040", "quick"]},
    {"name": "PROCESSORS", "value": 3},
    {"name": "FIXTURES_REQUIRED", "value": ["guest_image"]},
    {"name": "RESOURCE_GROUPS", "value": [{"requirements": [
      {".type": "memory_mib", "slots": 1800}, {".type": "machines", "slots": 3}]}]}]},
  {"name": "T040.S2.ChainFire.Three1", "properties": [
    {"name": "LABELS", "value": ["t040"]}]}]})";

std::vector<std::string> Selected(const std::string& label,
                                  const std::string& filter) {
  std::vector<std::string> names;
  for (const ListedTest& test : SelectTests(kListing, {label}, filter))
    names.push_back(test.name);
  return names;
}

TEST(SelectTests, TakesThoseOfTheLabelThatTheFilterFinds) {
  EXPECT_THAT(Selected("quick", ""),
              ElementsAre("T040.S2.ChainFire.LeaderKilled"));
  EXPECT_THAT(Selected("t040", "Killed|Three"),
              ElementsAre("T040.S2.ChainFire.LeaderKilled",
                          "T040.S2.ChainFire.Three1"));
  EXPECT_THAT(Selected("t040", R"(LeaderKille\w|e{2}\d)"),
              ElementsAre("T040.S2.ChainFire.LeaderKilled",
                          "T040.S2.ChainFire.Three1"));
  EXPECT_THAT(Selected("t040", "^(?!.*(?:Leader)).*$"),
              ElementsAre("T040.S2.ChainFire.Three1"));
}

TEST(SelectTests, KeepsWhatATestNeedsAndItsNumberForCtest) {
  const ListedTest test = SelectTests(kListing, {"quick"}, "").at(0);
  EXPECT_EQ(test.number, 3);
  EXPECT_EQ(test.processors, 3);
  EXPECT_EQ(test.resources.at("memory_mib"), 1800);
  EXPECT_TRUE(test.needs_image);
}

TEST(SelectTests, RefusesAFilterThatIsNoneOrMatchesNothing) {
  EXPECT_THROW(Selected("t040", "("), UsageError);
  EXPECT_THROW(Selected("t040", "Unit"), UsageError);
}

TEST(SelectTests, RefusesIfAProgramIsMissing) {
  constexpr char kMissing[] = R"({"tests": [
    {"name": "t040_s2_NOT_BUILT", "properties": [{"name": "LABELS", "value": ["t040"]}]},
    {"name": "unit_vm_NOT_BUILT", "properties": [{"name": "LABELS", "value": ["unit"]}]}]})";
  EXPECT_THAT([&] { SelectTests(kMissing, {"t040"}, "x"); },
              testing::ThrowsMessage<SetupError>(HasSubstr("t040_s2")));
}

TEST(AllRan, NeedsTheOutcomeOfEachTest) {
  const std::vector<ListedTest> tests = {{.name = "a"}, {.name = "b"}};
  const TestOutcome passed{.kind = Kind::kPassed};
  const TestOutcome skipped{.kind = Kind::kSkipped};
  EXPECT_TRUE(AllRan(tests, {{"a", passed}, {"b", passed}}));
  EXPECT_TRUE(AllRan(tests, {{"a", passed}, {"b", skipped}}));
  EXPECT_FALSE(AllRan(tests, {{"a", skipped}, {"b", skipped}}));
  EXPECT_FALSE(AllRan(tests, {{"a", passed}}));
  EXPECT_FALSE(AllRan(tests, {{"a", passed}, {"b", {.kind = Kind::kNotRun}}}));
  EXPECT_FALSE(AllRan(tests, {{"a", passed}, {"b", {.kind = Kind::kFailed}}}));
  EXPECT_FALSE(AllRan({}, {}));
}

// A build tree of its own, in which real ctest runs.
class CtestTest : public testing::Test {
 protected:
  CtestTest() {
    Write("CTestTestfile.cmake",
          "add_test(T.Passes /bin/true)\n"
          "add_test(T.Fails /bin/false)\n"
          "add_test(T.Greedy /bin/true)\n"
          "set_tests_properties(T.Passes T.Fails T.Greedy PROPERTIES LABELS "
          "t040)\n"
          "set_tests_properties(T.Greedy PROPERTIES RESOURCE_GROUPS "
          "memory_mib:900000000)\n");
    Write("resources.json", "{ damaged");
  }
  void Write(const std::string& name, const std::string& text) {
    WriteFileAtomically(tree_.path() / name, text);
  }
  CtestRun Run(const std::string& filter) {
    Ctest ctest(warden_);
    return ctest.Run(ctest.List({"t040"}, filter), {},
                     [](const std::string&) {});
  }

  const ScratchDirectory tree_;
  const ScopedVariable build_{"FAULTLINE_BUILD", tree_.path().string()};
  Warden warden_;
};

TEST_F(CtestTest, RunsExactlyWhatWasListed) {
  const CtestRun run = Run(R"(^T\.P\w+$)");
  EXPECT_TRUE(run.good);
  EXPECT_THAT(run.outcomes, ElementsAre(testing::Key("T.Passes")));
}

TEST_F(CtestTest, OneFailureIsRed) {
  const CtestRun run = Run("Passes|Fails");
  EXPECT_FALSE(run.good);
  EXPECT_EQ(run.outcomes.at("T.Passes").kind, Kind::kPassed);
  EXPECT_EQ(run.outcomes.at("T.Fails").kind, Kind::kFailed);
}

TEST_F(CtestTest, ATestThatWantsMoreThanThereIsRunsAlone) {
  EXPECT_TRUE(Run("Greedy").good);
}

TEST_F(CtestTest, ATestThatIsGoneByThenIsRed) {
  Ctest ctest(warden_);
  const auto tests = ctest.List({"t040"}, "Passes");
  Write("CTestTestfile.cmake", "add_test(T.Other /bin/true)\n");
  EXPECT_FALSE(ctest.Run(tests, {}, [](const std::string&) {}).good);
}

}  // namespace
}  // namespace faultline
