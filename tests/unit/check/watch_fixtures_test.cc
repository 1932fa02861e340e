// One holding and one violating trace for every guarantee, as stored files.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <ostream>
#include <string>
#include <vector>

#include "faultline/check/watch.h"
#include "faultline/evidence/evidence_files.h"

namespace faultline {
namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;

const std::filesystem::path kWatch = FAULTLINE_FIXTURES "/watch";

using Check = Verdict (*)(const WatchedRun&);

const std::vector<std::pair<std::string, Check>> kChecks = {
    {"ordered", CheckWatchOrdered},
    {"unique", CheckWatchUnique},
    {"atomic", CheckWatchAtomic},
    {"reliable", CheckWatchReliable},
    {"resumable", CheckWatchResumable},
    {"bookmarkable", CheckWatchBookmarks},
    {"previous_value", CheckWatchPreviousValues},
    {"create_flag", CheckWatchCreateFlags},
    {"filter", CheckWatchFilter},
};

WatchedRun Read(const std::string& name) {
  return {ReadWatchTrace(kWatch / (name + ".jsonl")),
          ReadCommitLog(kWatch / "node1-commits.jsonl")};
}

std::vector<std::string> ViolatedIn(const WatchedRun& run) {
  std::vector<std::string> violated;
  for (const auto& [name, check] : kChecks) {
    if (check(run).judgement == Judgement::kViolated) violated.push_back(name);
  }
  return violated;
}

struct Example {
  std::string name;      // begins with the guarantee it violates
  std::string evidence;  // a part of a line
};

void PrintTo(const Example& example, std::ostream* out) {
  *out << example.name;
}

class ViolatedWatch : public testing::TestWithParam<Example> {};

TEST_P(ViolatedWatch, IsFoundByItsOwnCheckAlone) {
  const WatchedRun run = Read(GetParam().name);
  const std::vector<std::string> violated = ViolatedIn(run);
  ASSERT_EQ(violated.size(), 1) << testing::PrintToString(violated);
  EXPECT_TRUE(GetParam().name.starts_with(violated.front()))
      << violated.front();
  const Verdict all = CheckWatch(run);
  EXPECT_EQ(all.judgement, Judgement::kViolated);
  EXPECT_THAT(all.evidence, Contains(HasSubstr(GetParam().evidence)));
}

INSTANTIATE_TEST_SUITE_P(
    Examples, ViolatedWatch,
    testing::Values(
        Example{"ordered_violated",
                "watch 1 from revision 2: revision 2 key=k1 value=a came at "
                "1.200 s, after revision 3"},
        Example{"unique_violated",
                "revision 3 key=k2 value=b came at 1.300 s once more"},
        Example{"atomic_violated_by_two_messages",
                "revision 4 came in 2 messages"},
        Example{"atomic_violated_by_a_part",
                "revision 4 came without its key=k2"},
        Example{"reliable_violated_by_a_gap",
                "revision 3 key=k2 value=b never came"},
        Example{"reliable_violated_at_the_end",
                "revision 6 key=k1 value=e never came"},
        Example{"reliable_violated_by_silence",
                "revision 2 key=k1 value=a never came"},
        Example{"reliable_violated_by_another_value",
                "revision 3 key=k2 value=z came, but the store shows revision "
                "3 key=k2 value=b"},
        Example{"reliable_violated_by_an_invention",
                "revision 8 key=k9 value=z came, which the store does not "
                "show"},
        Example{"resumable_violated_by_a_gap",
                "watch 1, resumed from revision 5: left out revision 5 key=k1 "
                "deleted"},
        Example{"resumable_violated_by_going_back", "revision 4 came"},
        Example{"resumable_violated_by_a_refusal",
                "refused as compacted, although only what is before revision "
                "4 is"},
        Example{"bookmarkable_violated_too_early",
                "at 1.500 s the service said that all up to 6 was delivered, "
                "without revision 6 key=k1 value=e"},
        Example{"previous_value_violated",
                "tells value=b before it, the store had value=a"},
        Example{"previous_value_violated_after_delete",
                "tells value=c before it, the store had no value"},
        Example{"create_flag_violated",
                "says that the key was there, which it creates"},
        Example{"filter_violated_by_key",
                "revision 7 key=other value=x came unasked"},
        Example{"filter_violated_by_kind",
                "revision 5 key=k1 deleted came unasked"},
        Example{"filter_violated_by_revision",
                "revision 2 key=k1 value=a came unasked"}),
    [](const auto& example) { return example.param.name; });

TEST(HeldWatch, ExercisesEveryGuarantee) {
  const WatchedRun run = Read("holds");
  for (const auto& [name, check] : kChecks) {
    EXPECT_TRUE(check(run).Holds()) << name;
  }
  const Verdict all = CheckWatch(run);
  EXPECT_TRUE(all.Holds());
  EXPECT_THAT(all.evidence, testing::Not(Contains(HasSubstr("not exercised"))));
}

TEST(HeldWatch, MayBeRefusedWhatWasCompacted) {
  const WatchedRun run = Read("holds_after_compaction");
  EXPECT_THAT(ViolatedIn(run), IsEmpty());
  EXPECT_TRUE(CheckWatchResumable(run).Holds());
  EXPECT_THAT(CheckWatch(run).evidence,
              Contains(HasSubstr("not exercised: what the service says")));
}

TEST(UnknownWatch, IsOneThatBroughtNothing) {
  EXPECT_EQ(CheckWatch(Read("unknown_without_event")).judgement,
            Judgement::kUnknown);
  EXPECT_EQ(CheckWatch({}).judgement, Judgement::kUnknown);
  for (const auto& [name, check] : kChecks) {
    EXPECT_EQ(check({}).judgement, Judgement::kUnknown) << name;
  }
}

TEST(UnknownWatch, IsOneOfAStoreThatShowsNoChange) {
  WatchedRun run = Read("holds");
  run.log.commits.clear();
  EXPECT_EQ(CheckWatchReliable(run).judgement, Judgement::kUnknown);
  EXPECT_NE(CheckWatch(run).judgement, Judgement::kHolds);
}

}  // namespace
}  // namespace faultline
