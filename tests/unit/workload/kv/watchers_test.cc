#include "faultline/workload/kv/watchers.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "faultline/base/error.h"
#include "faultline/base/eventually.h"
#include "faultline/check/watch.h"
#include "faultline/workload/kv/store_workload.h"
#include "support/faulty_store.h"
#include "support/file_size_limit.h"
#include "support/scratch_directory.h"

namespace faultline {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::ThrowsMessage;
using Kind = WatchRecord::Kind;

const WatchTraffic kEverything{.request = {.prefix = true, .previous = true}};
const WatchTraffic kOneKey{.request = {.key = "k1"}};

class WatchersRun : public testing::Test {
 protected:
  void Start(const std::vector<WatchTraffic>& traffic = {kEverything}) {
    watchers_ = std::make_unique<Watchers>(store_, traffic, file_, recorder_);
    watchers_->Start();
  }

  void Write(int count) {
    const auto client = store_.Connect(store_.node(1));
    for (int i = 0; i < count; ++i) {
      client->Put("k" + std::to_string(i % 3), std::to_string(i), Within(1s));
    }
  }

  CommitLog Log() { return store_.ReadCommitLog(store_.node(1), Within(1s)); }
  std::int64_t Count(Kind kind) const {
    return std::ranges::count(watchers_->trace(), kind, &WatchRecord::kind);
  }
  void WaitForStreams(int index, int count) {
    const std::string name = store_.node(index).name();
    Eventually(Within(20s), name + " has streams",
               [&] { return store_.watch()->opened(name) >= count; });
  }

  ScratchDirectory scratch_;
  const std::filesystem::path file_ = scratch_.path() / "watch.jsonl";
  FaultyStore store_{3};
  Recorder recorder_{scratch_.path() / "history.jsonl", {}};
  std::unique_ptr<Watchers> watchers_;
};

TEST_F(WatchersRun, BringEverythingOfAHealthyStore) {
  Start({kEverything, kOneKey});
  Write(30);
  watchers_->Finish(Log(), Within(20s));
  const Verdict verdict = CheckWatch({watchers_->trace(), Log()});
  EXPECT_TRUE(verdict.Holds()) << testing::PrintToString(verdict.evidence);
  EXPECT_EQ(Count(Kind::kStarted), 2);
  EXPECT_EQ(Count(Kind::kEnded), 2);
}

TEST_F(WatchersRun, LeaveTheirTraceInTheFile) {
  Start();
  Write(5);
  watchers_->Finish(Log(), Within(20s));
  EXPECT_EQ(WatchTraceToJsonLines(ReadWatchTrace(file_)),
            WatchTraceToJsonLines(watchers_->trace()));
}

TEST_F(WatchersRun, HaveEachRecordInTheFileAtOnce) {
  Start();
  Write(5);
  Eventually(Within(20s), "the last event is in the file", [&] {
    const WatchTrace trace = ReadWatchTrace(file_);
    return !trace.empty() && !trace.back().events.empty() &&
           trace.back().events.back().revision == 5;
  });
}

TEST_F(WatchersRun, ResumeThroughAnotherMemberWhenTheirsDies) {
  Start();
  WaitForStreams(1, 1);
  Write(10);
  store_.SetDown(1, true);
  WaitForStreams(2, 1);
  const auto client = store_.Connect(store_.node(2));
  client->Put("k1", "last", Within(1s));
  watchers_->Finish(Log(), Within(20s));
  EXPECT_EQ(Count(Kind::kBroken), 1);
  EXPECT_EQ(Count(Kind::kResumed), 1);
  const WatchTrace trace = watchers_->trace();
  EXPECT_EQ(trace.front().node, "node1");
  EXPECT_EQ(std::ranges::find(trace, Kind::kResumed, &WatchRecord::kind)->node,
            "node2");
  const Verdict verdict = CheckWatchResumable({watchers_->trace(), Log()});
  EXPECT_TRUE(verdict.Holds()) << testing::PrintToString(verdict.evidence);
}

TEST_F(WatchersRun, ResumeThroughAnotherMemberWhenTheirsFallsSilent) {
  store_.watch()->SetSilent("node1", true);
  Start();
  Write(3);
  watchers_->Finish(Log(), Within(20s));
  ASSERT_EQ(Count(Kind::kBroken), 1);
  EXPECT_THAT(watchers_->trace()[1].reason, HasSubstr("nothing came"));
}

TEST_F(WatchersRun, GoToAnotherMemberAfterAWhile) {
  Start({{.request = {.prefix = true}, .stay = 30ms}});
  for (int index = 1; index <= 3; ++index) WaitForStreams(index, 2);
  Write(10);
  watchers_->Finish(Log(), Within(20s));
  const Verdict verdict = CheckWatch({watchers_->trace(), Log()});
  EXPECT_TRUE(verdict.Holds()) << testing::PrintToString(verdict.evidence);
}

TEST_F(WatchersRun, ASlowOneLagsAndCatchesUp) {
  Start({kEverything, {.request = {.prefix = true}, .stall = 1s}});
  WaitForStreams(1, 1);
  WaitForStreams(2, 1);
  Eventually(Within(20s), "the slow watch lags", [&] {
    Write(10);
    return watchers_->reached(0) > watchers_->reached(1) + 5;
  });
  watchers_->Finish(Log(), Within(20s));
  EXPECT_EQ(watchers_->reached(1), watchers_->reached(0));
  EXPECT_EQ(Count(Kind::kBroken), 0);
}

TEST_F(WatchersRun, GoOnFromTheFirstRevisionThatIsThere) {
  Write(10);
  store_.watch()->CompactBefore(6);
  Start();
  watchers_->Finish(Log(), Within(20s));
  EXPECT_EQ(Count(Kind::kCompacted), 1);
  const WatchTrace trace = watchers_->trace();
  EXPECT_EQ(trace[2].kind, Kind::kResumed);
  EXPECT_EQ(trace[2].revision, 6);
}

TEST_F(WatchersRun, AskHowFarTheyAreAndRecordTheAnswer) {
  Write(10);
  Start({{.request = {.prefix = true}, .progress_interval = 5ms}});
  Eventually(Within(20s), "progress",
             [&] { return Count(Kind::kProgress) > 1; });
  watchers_->Finish(Log(), Within(20s));
  const Verdict verdict = CheckWatchBookmarks({watchers_->trace(), Log()});
  EXPECT_TRUE(verdict.Holds()) << testing::PrintToString(verdict.evidence);
}

TEST_F(WatchersRun, ShowAMemberThatPromisesTooMuch) {
  store_.watch()->SetHasty();
  Write(10);
  Start({{.request = {.prefix = true}, .progress_interval = 5ms}});
  watchers_->Finish(Log(), Within(20s));
  EXPECT_EQ(CheckWatchBookmarks({watchers_->trace(), Log()}).judgement,
            Judgement::kViolated);
}

TEST_F(WatchersRun, WithoutAMemberSayWhatIsLacking) {
  Start({kEverything, kOneKey});
  WaitForStreams(1, 1);
  WaitForStreams(2, 1);
  for (const char* node : {"node1", "node2", "node3"}) {
    store_.watch()->SetSilent(node, true);
  }
  Write(2);
  const auto finish = [&] { watchers_->Finish(Log(), Deadline::After(50ms)); };
  EXPECT_THAT(finish, ThrowsMessage<TimeoutError>(AllOf(
                          HasSubstr("watch 0 of * at revision 0 of 2"),
                          HasSubstr("watch 1 of k1 at revision 0 of 2"))));
  EXPECT_EQ(CheckWatch({watchers_->trace(), Log()}).judgement,
            Judgement::kViolated);
}

TEST_F(WatchersRun, OfAStoreThatLostAllItsMembersSaySo) {
  Start({{.request = {.prefix = true}, .stay = 20ms}});
  WaitForStreams(1, 1);
  store_.has_nodes = false;
  Eventually(Within(20s), "the stream has ended", [&] {
    return Count(Kind::kBroken) ==
           Count(Kind::kStarted) + Count(Kind::kResumed);
  });
  Write(5);
  EXPECT_THAT([&] { watchers_->Finish(Log(), Deadline::After(100ms)); },
              ThrowsMessage<TimeoutError>(HasSubstr("the store has no nodes")));
}

TEST_F(WatchersRun, StoppedEarlyPromiseNothing) {
  Start();
  WaitForStreams(1, 1);
  watchers_->Stop();
  ASSERT_EQ(Count(Kind::kEnded), 1);
  EXPECT_EQ(watchers_->trace().back().revision, 0);
}

TEST_F(WatchersRun, ThatCannotRecordSaySo) {
  Start();
  WaitForStreams(1, 1);
  const FileSizeLimit full(4096);
  Write(2000);
  const auto finish = [&] { watchers_->Finish(Log(), Within(20s)); };
  EXPECT_THAT(finish, ThrowsMessage<Error>(HasSubstr("watch.jsonl")));
}

TEST_F(WatchersRun, NeedAStoreWithAWatch) {
  FakeStore without(1);
  EXPECT_THROW(Watchers(without, {kEverything}, file_, recorder_), UsageError);
}

}  // namespace
}  // namespace faultline
