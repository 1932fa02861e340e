// Histories of Jepsen's, in both of its formats.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "faultline/base/error.h"
#include "faultline/base/files.h"
#include "faultline/history/history.h"
#include "support/scratch_directory.h"

namespace faultline {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::EndsWith;
using testing::Field;
using testing::HasSubstr;
using testing::SizeIs;
using testing::ThrowsMessage;

History Parse(const std::string& text, const HistoryOptions& options = {}) {
  return ParseHistory(text, "jepsen", options);
}

Operation OnlyOperation(const std::string& invoked, const std::string& answer,
                        const HistoryOptions& options = {}) {
  History history = Parse("{:type :invoke, :process 0, " + invoked +
                              "}\n{:type :ok, :process 0, " + answer + "}\n",
                          options);
  EXPECT_THAT(history.operations, SizeIs(1));
  return history.operations.at(0);
}

const char kRegister[] =
    "{:type :invoke, :f :write, :value 3, :process 0, :time 10, :index 0}\n"
    "{:type :invoke, :f :read, :value nil, :process 1, :time 12, :index 1}\n"
    "{:type :info, :f :start, :process :nemesis, :time 13, :index 2}\n"
    "{:type :ok, :f :write, :value 3, :process 0, :time 20, :index 3}\n"
    "{:type :ok, :f :read, :value 3, :process 1, :time 18, :index 4}\n"
    "{:type :invoke, :f :cas, :value [3 4], :process 0, :time 30, :index 5}\n"
    "{:type :info, :f :cas, :value [3 4], :process 0, :error :timeout}\n"
    "{:type :invoke, :f :read, :process 1, :time 40}\n"
    "{:type :fail, :f :read, :process 1, :error [:down \"n1\"], :time 50}\n";

void ExpectRegister(const History& history) {
  ASSERT_THAT(history.operations, SizeIs(4));
  const auto& operations = history.operations;
  EXPECT_EQ(operations[0].value, "3");
  EXPECT_EQ(operations[1].value, "3");
  EXPECT_EQ(operations[1].outcome, Outcome::kOk);
  EXPECT_EQ(operations[2].kind, OperationKind::kCompareAndSet);
  EXPECT_EQ(operations[2].expected, "3");
  EXPECT_EQ(operations[2].value, "4");
  EXPECT_EQ(operations[2].outcome, Outcome::kUnknown);
  EXPECT_EQ(operations[3].outcome, Outcome::kFail);
}

TEST(JepsenHistory, IsReadOneOperationALine) {
  const History history = Parse(kRegister);
  ExpectRegister(history);
  EXPECT_EQ(history.operations[3].error, "[:down \"n1\"]");
  EXPECT_EQ(history.operations[0].invoked_ns, 10);
  EXPECT_EQ(history.torn, "");
}

TEST(JepsenHistory, IsReadAsOneVectorAndAsRecords) {
  ExpectRegister(Parse("[" + std::string(kRegister) + "]"));
  ExpectRegister(Parse("(" + std::string(kRegister) + ")"));
  std::string records = kRegister;
  for (std::size_t at = records.find("{:type"); at != std::string::npos;
       at = records.find("{:type", at + 20)) {
    records.insert(at, "#jepsen.history.Op");
  }
  ExpectRegister(Parse(records));
}

TEST(JepsenHistory, MayHoldNothingButTheNemesis) {
  EXPECT_THAT(Parse("[{:process :nemesis :type :info :f :kill}]").operations,
              SizeIs(0));
}

TEST(JepsenHistory, OrderOfTheFileWinsOverItsTimes) {
  const auto operations = Parse(kRegister).operations;
  EXPECT_EQ(operations[0].completed_ns, 20);
  EXPECT_EQ(operations[1].completed_ns, 21);
}

TEST(JepsenHistory, OrderOfTheFileIsTheTimeIfItTellsNone) {
  const Operation operation = OnlyOperation(":f :read", ":f :read :value 1");
  EXPECT_EQ(operation.invoked_ns, 1);
  EXPECT_EQ(operation.completed_ns, 2);
}

TEST(JepsenHistory, TuplesNameTheKey) {
  const Operation read =
      OnlyOperation(":f :read :value [7 nil]", ":f :read :value [7 [1 2]]");
  EXPECT_EQ(read.key, "7");
  EXPECT_THAT(read.elements, ElementsAre("1", "2"));
  const Operation cas =
      OnlyOperation(":f :cas :value [:x [nil 2]]",
                    ":f :cas :value [:x [nil 2]]", {.keys = KeyedValues::kYes});
  EXPECT_EQ(cas.key, ":x");
  EXPECT_EQ(cas.expected, std::nullopt);
  EXPECT_EQ(cas.value, "2");
  EXPECT_EQ(OnlyOperation(":f :put :key \"k\" :value \"v\"", ":f :put").key,
            "k");
}

TEST(JepsenHistory, EveryKindTakesItsValueWhereItIs) {
  EXPECT_EQ(OnlyOperation(":f :dequeue", ":f :dequeue :value 5").value, "5");
  EXPECT_EQ(OnlyOperation(":f :dequeue", ":f :dequeue :value nil").value,
            std::nullopt);
  EXPECT_EQ(OnlyOperation(":f :acquire", ":f :acquire :value 33").value, "33");
  EXPECT_EQ(OnlyOperation(":f :add :value 2", ":f :add :value 2").value, "2");
  EXPECT_THAT(OnlyOperation(":f :read", ":f :read :value #{1 2}").elements,
              ElementsAre("1", "2"));
}

TEST(JepsenHistory, TransactionsAndMapsAreAccesses) {
  const Operation txn = OnlyOperation(":f :txn :value [[:r :x nil] [:w :y 2]]",
                                      ":f :txn :value [[:r :x 1] [:w :y 2]]");
  EXPECT_THAT(txn.accesses,
              ElementsAre(Access{false, ":x", "1"}, Access{true, ":y", "2"}));
  const Operation write =
      OnlyOperation(":f :write :value {:x 1 :y 2}", ":f :write");
  EXPECT_EQ(write.kind, OperationKind::kTransaction);
  EXPECT_THAT(OnlyOperation(":f :read", ":f :read :value {:x 1}").accesses,
              ElementsAre(Access{false, ":x", "1"}));
}

TEST(JepsenLog, IsReadWithTabsAndSpacesAmongOtherLines) {
  ExpectRegister(Parse(
      "INFO  jepsen.core - Running test\n"
      "INFO  jepsen.util - 0\t:invoke\t:write\t3\n"
      "2026-01-01 00:00:00 INFO [worker 1] jepsen.util: 1  :invoke :read nil\n"
      "INFO  jepsen.util - :nemesis :info :start nil\n"
      "INFO  jepsen.util - 0 :ok :write 3\r\n"
      "INFO  jepsen.util - 1 :ok :read 3\n"
      "INFO  jepsen.util - 0 :invoke :cas [3 4]\n"
      "INFO  jepsen.util - 0 :info :cas :timed-out\n"
      "INFO  jepsen.util - 1 :invoke :read nil\n"
      "INFO  jepsen.util - 1 :fail :read :timed-out\n"));
}

TEST(JepsenLog, KeepsTheReasonOfAFailure) {
  const History history = Parse(
      "INFO  jepsen.util - 1 :invoke :read nil\n"
      "INFO  jepsen.util - 1 :fail :read [:down \"n1\"]\n");
  EXPECT_EQ(history.operations[0].error, "[:down \"n1\"]");
}

TEST(TornJepsenHistory, IsReadUpToTheTearWhichIsNamed) {
  const std::string whole = kRegister;
  const History history = Parse(whole.substr(0, whole.size() - 9));
  EXPECT_EQ(history.operations.back().outcome, Outcome::kUnknown);
  EXPECT_THAT(history.torn,
              AllOf(HasSubstr("jepsen:9: left out "), HasSubstr("bytes")));
  const History log = Parse(
      "INFO  jepsen.util - 1 :invoke :read nil\n"
      "INFO  jepsen.util - 1 :o");
  EXPECT_THAT(log.torn, HasSubstr("jepsen:2: left out 24 bytes"));
}

TEST(TornJepsenHistory, TakesALastLineWithoutNewlineAndSaysSo) {
  const std::string invoked = "INFO  jepsen.util - 1 :invoke :read nil\n";
  const History whole = Parse(invoked + "INFO  jepsen.util - 1 :ok :read 1");
  EXPECT_EQ(whole.operations[0].value, "1");
  EXPECT_EQ(whole.torn, "");
  EXPECT_THAT(whole.notes, ElementsAre(HasSubstr("jepsen:2: the last line has "
                                                 "no newline")));
  const History bare = Parse("1\t:invoke\t:read\tnil\n1\t:ok\t:read");
  EXPECT_EQ(bare.operations[0].outcome, Outcome::kUnknown);
  EXPECT_THAT(bare.torn, HasSubstr("jepsen:2: left out 11 bytes"));
  for (const char* torn : {"1\t:o", "1\t", "1", "1\t:ok\t:rea\t2"}) {
    const History history =
        Parse("1\t:invoke\t:read\tnil\n" + std::string(torn));
    EXPECT_EQ(history.operations[0].outcome, Outcome::kUnknown) << torn;
    EXPECT_THAT(history.torn, HasSubstr("jepsen:2: left out")) << torn;
  }
  EXPECT_EQ(Parse(invoked + "INFO  jepsen.core - going down").torn, "");
}

TEST(JepsenHistory, KnowsWhereEachOperationStands) {
  const History history = Parse(kRegister);
  ASSERT_THAT(history.lines, SizeIs(4));
  EXPECT_EQ(history.lines[1].invoked, 2);
  EXPECT_EQ(history.lines[1].completed, 5);
  EXPECT_TRUE(history.timed);
  EXPECT_FALSE(Parse("0 :invoke :read nil\n").timed);
}

TEST(JepsenHistory, IsReadFromVectorsOfKnossos) {
  const History history =
      Parse("[0 :invoke :write 3]\n[:nemesis :info :start]\n[0 :ok :write 3]");
  ASSERT_THAT(history.operations, SizeIs(1));
  EXPECT_EQ(history.operations[0].value, "3");
  EXPECT_EQ(history.lines[0].completed, 3);
}

TEST(JepsenHistory, IsReadFromJsonAsFromEdn) {
  const std::string first =
      R"({"type":"invoke","f":"cas","process":0,"value":[null,"4"],"time":7})";
  const std::string second =
      R"({"type":"info","f":"cas","process":0,"error":["down","n}1"]})";
  for (const std::string& text :
       {first + "\n" + second, "[" + first + ",\n" + second + "]\n",
        first + second}) {
    const History history = Parse(text);
    ASSERT_THAT(history.operations, SizeIs(1)) << text;
    EXPECT_EQ(history.operations[0].kind, OperationKind::kCompareAndSet);
    EXPECT_EQ(history.operations[0].expected, std::nullopt);
    EXPECT_EQ(history.operations[0].value, "4");
    EXPECT_EQ(history.operations[0].error, "[\"down\" \"n}1\"]");
  }
  EXPECT_THAT(Parse(first + "\n{\"type\":").torn,
              HasSubstr("jepsen:2: left out 8 bytes"));
}

TEST(JepsenHistory, LeavesOutAndRenamesFunctionsAsAsked) {
  const HistoryOptions options{.ignore = {"sync"},
                               .rename = {{"look", "read"}}};
  const History history = Parse(
      "0 :invoke :sync nil\n0 :ok :sync nil\n"
      "0 :invoke :look nil\n0 :ok :look 4\n",
      options);
  ASSERT_THAT(history.operations, SizeIs(1));
  EXPECT_EQ(history.operations[0].kind, OperationKind::kRead);
  EXPECT_EQ(history.operations[0].value, "4");
  EXPECT_THAT(history.notes,
              ElementsAre("left out :sync (2 events), as asked"));
}

struct Malformed {
  std::string name;
  std::string text;
  std::string reason;
};

void PrintTo(const Malformed& example, std::ostream* out) {
  *out << example.name;
}

class MalformedJepsen : public testing::TestWithParam<Malformed> {};

TEST_P(MalformedJepsen, IsRefusedWithFileLineAndReason) {
  EXPECT_THAT(
      [] { Parse(GetParam().text); },
      ThrowsMessage<UsageError>(EndsWith("jepsen:" + GetParam().reason)));
}

std::string Edn(const std::string& second) {
  return "{:type :invoke, :f :write, :value 3, :process 0}\n" + second + "\n";
}

std::string LogLines(const std::string& second) {
  return "INFO  jepsen.util - 0 :invoke :write 3\n" + second + "\n";
}

INSTANTIATE_TEST_SUITE_P(
    Edn, MalformedJepsen,
    testing::Values(
        Malformed{"NoMap", Edn("7"), "2: not an operation map"},
        Malformed{"ShortVector", Edn("[1 :ok]"),
                  "2: neither an operation map nor a vector [process type f "
                  "value]"},
        Malformed{"UnknownFunction", Edn("{:process 1 :type :invoke :f :sync}"),
                  "2: unknown :f :sync (known: read, write, delete, cas, "
                  "append, add, remove, enqueue, dequeue, acquire, release, "
                  "txn): leave its operations out with --ignore sync, or read "
                  "them as others with --rename sync=read"},
        Malformed{"OnlyCompletions", "{:process 1 :type :ok :f :read}",
                  "1: only completions, no invocation: when the operations "
                  "began is not known, so they cannot be judged"},
        Malformed{"NoType", Edn("{:process 1}"), "2: an operation lacks :type"},
        Malformed{"NoFunction", Edn("{:process 0 :type :ok}"),
                  "2: an operation lacks :f"},
        Malformed{"OtherType", Edn("{:process 1 :type :done :f :read}"),
                  "2: unknown :type :done (:invoke, :ok, :fail, :info)"},
        Malformed{"BusyProcess", Edn("{:process 0 :type :invoke :f :read}"),
                  "2: process 0 has an operation open"},
        Malformed{"RetiredProcess",
                  Edn("{:process 0 :type :info :f :write}\n"
                      "{:process 0 :type :invoke :f :read}"),
                  "3: process 0 has an unknown outcome and must not go on"},
        Malformed{"NothingOpen", Edn("{:process 1 :type :ok :f :read}"),
                  "2: process 1 has no open operation"},
        Malformed{"OtherFunction", Edn("{:process 0 :type :ok :f :read}"),
                  "2: process 0 answers :read, but invoked :write"},
        Malformed{"WriteOfNil", Edn("{:process 1 :type :invoke :f :write}"),
                  "2: a write without a value"},
        Malformed{"LargeProcess",
                  Edn("{:process 99999999999 :type :invoke :f :read}"),
                  "2: :process 99999999999 is not from 0 to 2147483647"},
        Malformed{"OtherKey",
                  "{:type :invoke :f :read :value [1 nil] :process 0}\n"
                  "{:type :ok :f :read :value [2 3] :process 0}\n",
                  "2: process 0 answers for another key than 1"},
        Malformed{"OpenVector", "[" + Edn(""), "3: ends within a value"},
        Malformed{"BehindTheVector", "[" + Edn("] 7"),
                  "2: more than one vector or list"},
        Malformed{"Empty", "[]", "1: not a history: no operation in it"}),
    [](const auto& example) { return example.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Json, MalformedJepsen,
    testing::Values(
        Malformed{"OpenArray", "[{\"f\":\"read\"", "1: ends within an array"},
        Malformed{"NoObject",
                  "{\"f\":\"read\",\"type\":\"invoke\",\"process\":0}\n7\n",
                  "2: not a JSON object"},
        Malformed{"NoJson",
                  "{\"f\":\"read\",\"type\":\"invoke\",\"process\":0}\n{x}\n",
                  "2: not JSON"},
        Malformed{"BehindTheArray",
                  "[{\"f\":\"x\",\"type\":\"info\","
                  "\"process\":\"nemesis\"}]\n{}\n",
                  "2: something follows the array"},
        Malformed{
            "Nested",
            "[{\"f\":" + std::string(1000, '[') + std::string(1000, ']') + "}]",
            "1: values are nested more than 64 deep"}),
    [](const auto& example) { return example.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Log, MalformedJepsen,
    testing::Values(
        Malformed{"NoProcess", LogLines("INFO jepsen.util - x :ok :write 3"),
                  "2: no process number before :ok"},
        Malformed{"NoType", LogLines("INFO  jepsen.util - 0 :o :write 3"),
                  "2: an operation without :invoke, :ok, :fail or :info"},
        Malformed{"NoFunction", LogLines("INFO  jepsen.util - 0 :ok"),
                  "2: an operation without a function"},
        Malformed{"TwoValues", LogLines("INFO  jepsen.util - 0 :ok :write 3 4"),
                  "2: more than a value ends the line"},
        Malformed{"NothingInIt", "nothing\n",
                  "1: not a history: no operation in it"}),
    [](const auto& example) { return example.param.name; });

}  // namespace
}  // namespace faultline
