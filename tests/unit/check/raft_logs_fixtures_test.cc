// One holding and one violating set of logs for every rule, as stored files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <ostream>
#include <string>

#include "faultline/check/raft_logs.h"
#include "faultline/evidence/evidence_files.h"

namespace faultline {
namespace {

using testing::Contains;
using testing::HasSubstr;

const std::filesystem::path kTraces = FAULTLINE_FIXTURES "/raft_traces";

struct Example {
  std::string name;
  Judgement judgement;
  std::string evidence;  // a part of a line
};

void PrintTo(const Example& example, std::ostream* out) {
  *out << example.name;
}

std::string NameOf(const testing::TestParamInfo<Example>& info) {
  return info.param.name;
}

void ExpectAsSaid(const Verdict& verdict, const Example& example) {
  EXPECT_EQ(ToText(verdict.judgement), std::string(ToText(example.judgement)));
  EXPECT_THAT(verdict.evidence, Contains(HasSubstr(example.evidence)));
}

class LogMatching : public testing::TestWithParam<Example> {};
TEST_P(LogMatching, IsJudgedAsTheExampleSays) {
  ExpectAsSaid(CheckLogMatching(
                   ReadRaftLogs(kTraces / ("log_matching_" + GetParam().name))),
               GetParam());
}
INSTANTIATE_TEST_SUITE_P(
    Examples, LogMatching,
    testing::Values(
        Example{"holds", Judgement::kHolds, "5 comparisons"},
        Example{"violated", Judgement::kViolated,
                "index 2: node1 has term 1 \"b\", node2 has term 2 \"x\", "
                "although both agree on the term of 3"},
        Example{"violated_by_gap", Judgement::kViolated,
                "node1: index 3 comes after index 1"},
        Example{"violated_by_term", Judgement::kViolated,
                "node1: the term goes from 2 back to 1 at 2"},
        Example{"unknown", Judgement::kUnknown, "no two logs share an index"}),
    NameOf);

class StateMachineSafety : public testing::TestWithParam<Example> {};
TEST_P(StateMachineSafety, IsJudgedAsTheExampleSays) {
  ExpectAsSaid(CheckStateMachineSafety(ReadCommitLogs(
                   kTraces / ("state_machine_safety_" + GetParam().name))),
               GetParam());
}
INSTANTIATE_TEST_SUITE_P(
    Examples, StateMachineSafety,
    testing::Values(
        Example{"holds", Judgement::kHolds, "comparisons of a revision"},
        Example{"violated_by_value", Judgement::kViolated,
                "revision 3: node1 applied key=k1 value=b, node2 applied "
                "key=k1 value=x"},
        Example{"violated_by_a_part", Judgement::kViolated,
                "revision 4: node1 applied key=k1 deleted, key=k2 value=c, "
                "node2 applied key=k1 deleted"},
        Example{"violated_by_a_gap", Judgement::kViolated,
                "node2 applied nothing"},
        Example{"violated_by_order", Judgement::kViolated,
                "node2: revision 2 comes after 3"},
        Example{"unknown", Judgement::kUnknown,
                "no two logs share a revision"}),
    NameOf);

}  // namespace
}  // namespace faultline
