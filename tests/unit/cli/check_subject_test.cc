#include "faultline/cli/check_subject.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "faultline/base/files.h"
#include "faultline/check/promises.h"
#include "faultline/evidence/vm_trace.h"
#include "support/scratch_directory.h"

namespace faultline {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::SizeIs;
using Status = CheckFinding::Status;

const char kFresh[] =
    "INFO  jepsen.util - 0 :invoke :write 1\n"
    "INFO  jepsen.util - 0 :ok :write 1\n"
    "INFO  jepsen.util - 0 :invoke :read nil\n"
    "INFO  jepsen.util - 0 :ok :read 1\n";
const char kStale[] =
    "{:type :invoke :f :write :value 1 :process 0}\n"
    "{:type :ok :f :write :value 1 :process 0}\n"
    "{:type :invoke :f :write :value 2 :process 0}\n"
    "{:type :ok :f :write :value 2 :process 0}\n"
    "{:type :invoke :f :read :process 1}\n"
    "{:type :ok :f :read :value 1 :process 1}\n";

CheckRequest Asking(const char* model) {
  CheckRequest request;
  request.model = FindModel(model);
  return request;
}

class CheckedSubject : public testing::Test {
 protected:
  CheckFinding Check(const std::string& content,
                     const CheckRequest& request = Asking("register")) {
    return CheckSubject(scratch_.Write("subject", content), request);
  }

  ScratchDirectory scratch_;
};

TEST_F(CheckedSubject, HoldsOrIsViolatedInAnyFormat) {
  CheckRequest request = Asking("register");
  request.verify = true;
  const CheckFinding fresh = Check(kFresh, request);
  EXPECT_EQ(fresh.status, Status::kHolds) << fresh.summary;
  EXPECT_EQ(fresh.explanation, "");
  const CheckFinding stale = Check(kStale, request);
  EXPECT_EQ(stale.status, Status::kViolated);
  EXPECT_NE(stale.explanation, "");
}

TEST_F(CheckedSubject, IsUnknownIfNothingWasAcknowledged) {
  EXPECT_EQ(Check("{:type :invoke :f :read :process 0}\n").status,
            Status::kUnknown);
}

TEST_F(CheckedSubject, NamesATornLine) {
  const std::string torn = std::string(kFresh) + "INFO  jepsen.util - 0 :inv";
  const CheckFinding finding = Check(torn);
  EXPECT_EQ(finding.status, Status::kHolds);
  EXPECT_THAT(finding.notes, Contains(HasSubstr(":5: left out 26 bytes")));
}

TEST_F(CheckedSubject, IsBadInputIfItIsNoHistoryOrHasAnotherKind) {
  EXPECT_EQ(Check("").status, Status::kBadInput);
  EXPECT_EQ(CheckSubject(scratch_.path() / "none", Asking("map")).status,
            Status::kBadInput);
  const CheckFinding queue = Check(
      "{:type :invoke :f :enqueue :value 1 :process 0}\n"
      "{:type :ok :f :enqueue :process 0}\n");
  EXPECT_EQ(queue.status, Status::kBadInput) << queue.summary;
}

TEST_F(CheckedSubject, NeedsAModelIfItIsAHistory) {
  const CheckFinding finding = Check(kFresh, {});
  EXPECT_EQ(finding.status, Status::kBadInput);
  EXPECT_THAT(finding.summary,
              AllOf(HasSubstr("needs --model"), HasSubstr("cas-register")));
}

TEST(CheckedTrace, IsRecognisedFromItsContent) {
  const std::string traces = FAULTLINE_FIXTURES "/raft_traces/";
  const auto status = [&](const std::string& name) {
    return CheckSubject(traces + name + ".jsonl", {}).status;
  };
  EXPECT_EQ(status("election_safety_holds"), Status::kHolds);
  EXPECT_EQ(status("election_safety_violated"), Status::kViolated);
}

TEST(CheckedDirectory, IsJudgedByAllThatIsInIt) {
  const std::string histories = FAULTLINE_FIXTURES "/histories/";
  const CheckFinding lost = CheckSubject(
      histories + "durability_violated_by_lost_write", Asking("map"));
  EXPECT_EQ(lost.status, Status::kViolated);
  EXPECT_THAT(lost.explanation, HasSubstr("not in the log of node2"));
  EXPECT_GE(lost.verdicts.size(), 3U);
  const CheckFinding logs =
      CheckSubject(FAULTLINE_FIXTURES "/raft_traces/log_matching_violated", {});
  EXPECT_EQ(logs.status, Status::kViolated);
  const ScratchDirectory empty;
  EXPECT_EQ(CheckSubject(empty.path(), {}).status, Status::kBadInput);
}

TEST(CheckedDirectory, JudgesWatchesAgainstTheCommitsBesideThem) {
  const std::string watch = FAULTLINE_FIXTURES "/watch/";
  const auto status = [&](const std::string& trace) {
    const ScratchDirectory directory;
    directory.Write("watch.jsonl", ReadFile(watch + trace));
    directory.Write("node1-commits.jsonl",
                    ReadFile(watch + "node1-commits.jsonl"));
    return CheckSubject(directory.path(), {}).status;
  };
  EXPECT_EQ(status("holds.jsonl"), Status::kHolds);
  EXPECT_EQ(status("unique_violated.jsonl"), Status::kViolated);
  const ScratchDirectory alone;
  alone.Write("watch.jsonl", ReadFile(watch + "holds.jsonl"));
  EXPECT_EQ(CheckSubject(alone.path(), {}).status, Status::kBadInput);
}

TEST(CheckedDirectory, IsJudgedByItsPromisesIfTheyNameNoModel) {
  const ScratchDirectory scratch;
  scratch.Write("history.jsonl",
                "{\"type\":\"meta\",\"version\":1,\"metadata\":{}}\n");
  scratch.Write("promises.json",
                ToJson(Promises{.vms = VmPromises{.silence_limit_ns = 9}}));
  const auto tick = [](int at, const char* host, int boot) {
    return ToJsonLine(VmTick{
        .at_ns = at, .host = host, .vm = "v", .boot = std::uint32_t(boot)});
  };
  scratch.Write("vms.jsonl", tick(1, "n1", 1) + tick(2, "n1", 1));
  const CheckFinding once = CheckSubject(scratch.path(), {});
  EXPECT_NE(once.status, Status::kBadInput) << once.summary;
  scratch.Write("vms.jsonl", tick(1, "n1", 2) + tick(2, "n2", 1));
  EXPECT_EQ(CheckSubject(scratch.path(), {}).status, Status::kViolated);
}

TEST(CheckedDirectory, SaysHowManyChecksHold) {
  const CheckFinding finding = CheckSubject(
      FAULTLINE_FIXTURES "/histories/durability_holds", Asking("map"));
  EXPECT_EQ(finding.status, Status::kHolds);
  EXPECT_THAT(finding.summary, HasSubstr("3 other checks hold as well"));
}

TEST(WorstFinding, IsBadInputThenViolatedThenUnknown) {
  const auto worst = [](std::initializer_list<Status> statuses) {
    std::vector<CheckFinding> findings;
    for (const Status status : statuses) {
      findings.emplace_back().status = status;
    }
    return static_cast<int>(Worst(findings));
  };
  EXPECT_EQ(worst({Status::kHolds, Status::kHolds}), 0);
  EXPECT_EQ(worst({Status::kHolds, Status::kUnknown}), 2);
  EXPECT_EQ(worst({Status::kViolated, Status::kUnknown}), 1);
  EXPECT_EQ(worst({Status::kBadInput, Status::kViolated}), 3);
}

TEST_F(CheckedSubject, IsOneLineOfJson) {
  const std::string line = ToJsonLine(Check(kStale));
  EXPECT_EQ(line.find('\n'), std::string::npos);
  const auto json = nlohmann::json::parse(line);
  EXPECT_EQ(json["status"], "violated");
  EXPECT_EQ(json["linearizability"]["model"], "register");
  ASSERT_THAT(json["linearizability"]["keys"], SizeIs(1));
  EXPECT_THAT(json["linearizability"]["keys"][0]["core"].size(),
              testing::Ge(2U));
}

}  // namespace
}  // namespace faultline
