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

History Parse(const std::string& text) {
  static const ScratchDirectory scratch;
  return ReadHistory(scratch.Write("jepsen", text));
}

Operation OnlyOperation(const std::string& invoked, const std::string& answer) {
  History history = Parse("{:type :invoke, :process 0, " + invoked +
                          "}\n{:type :ok, :process 0, " + answer + "}\n");
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
  const Operation cas = OnlyOperation(":f :cas :value [:x [nil 2]]",
                                      ":f :cas :value [:x [nil 2]]");
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

TEST(TornJepsenHistory, TakesNoValueThatMayHaveBeenCutOff) {
  const History history = Parse(
      "INFO  jepsen.util - 1 :invoke :read nil\n"
      "INFO  jepsen.util - 1 :ok :read 1");  // of 12, perhaps
  EXPECT_EQ(history.operations[0].outcome, Outcome::kUnknown);
  EXPECT_THAT(history.torn, HasSubstr("jepsen:2: left out "));
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
        Malformed{"NoMap", Edn("[1]"), "2: not an operation map"},
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
