// Operations of an object that the key-value vocabulary does not know.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "faultline/base/error.h"
#include "faultline/history/recorder.h"
#include "support/scratch_directory.h"

namespace faultline {
namespace {

using testing::HasSubstr;
using testing::SizeIs;
using testing::ThrowsMessage;

class RecordedCalls : public testing::Test {
 protected:
  std::int64_t Invoke(Operation& call) {
    call.process = recorder_.NewProcess();
    return recorder_.Invoke(call);
  }

  ScratchDirectory scratch_;
  const std::filesystem::path file_ = scratch_.path() / "history.jsonl";
  Recorder recorder_{file_, {}};
};

TEST_F(RecordedCalls, AreReadAsTheyWereRecorded) {
  Operation granted = MakeCall("authenticate", "iam", "ada");
  const std::int64_t first = Invoke(granted);
  AnswerCall(granted, "granted");
  recorder_.Complete(first, granted);
  Operation silent = MakeCall("disable", "iam", "bob");
  const std::int64_t second = Invoke(silent);
  silent.outcome = Outcome::kUnknown;
  silent.error = "no answer";
  recorder_.Complete(second, silent);

  for (const History& history : {recorder_.Snapshot(), ReadHistory(file_)}) {
    ASSERT_THAT(history.operations, SizeIs(2));
    const Operation& one = history.operations[0];
    EXPECT_EQ(one.key, "iam");
    EXPECT_EQ(one.outcome, Outcome::kOk);
    ASSERT_TRUE(one.call);
    EXPECT_EQ(*one.call, (Call{"authenticate", "ada", "granted"}));
    const Operation& two = history.operations[1];
    ASSERT_TRUE(two.call);
    EXPECT_EQ(*two.call, (Call{"disable", "bob"}));
    EXPECT_EQ(two.outcome, Outcome::kUnknown);
    EXPECT_EQ(two.error, "no answer");
  }
}

TEST_F(RecordedCalls, OneThatAnswersAnotherIsRefused) {
  Operation asked = MakeCall("authenticate", "iam", "ada");
  const std::int64_t token = Invoke(asked);
  Operation other = MakeCall("authenticate", "iam", "bob");
  other.process = asked.process;
  AnswerCall(other, "granted");
  EXPECT_THROW(recorder_.Complete(token, other), Error);
}

TEST_F(RecordedCalls, OneWithoutItsWordsIsRefused) {
  Operation nothing;
  nothing.kind = OperationKind::kCall;
  EXPECT_THROW(Invoke(nothing), Error);
}

TEST(StoredCalls, WithoutAFunctionOrAnOutputAreRefused) {
  const ScratchDirectory scratch;
  const std::string meta = R"({"type":"meta","version":1,"metadata":{}})"
                           "\n";
  const std::string invoke =
      R"({"type":"invoke","id":0,"process":0,"op":"call","key":"k","time":1)";
  const auto refused = [&](const std::string& lines, const char* reason) {
    const auto file = scratch.Write("history.jsonl", meta + lines);
    EXPECT_THAT([&] { ReadHistory(file); },
                ThrowsMessage<UsageError>(HasSubstr(reason)));
  };
  refused(invoke + "}\n", "function");
  refused(invoke + R"(,"function":"f"})" +
              "\n"
              R"({"type":"ok","id":0,"process":0,"time":2})"
              "\n",
          "output");
}

}  // namespace
}  // namespace faultline
