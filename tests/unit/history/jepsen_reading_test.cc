// How the values of a Jepsen history are read: all of them alike.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "faultline/base/error.h"
#include "faultline/history/history.h"

namespace faultline {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::ThrowsMessage;

// Each line, "f value -> value" or "f value", is invoked and acknowledged.
std::string Events(const std::vector<std::string>& operations) {
  std::string text;
  for (const std::string& operation : operations) {
    const std::size_t arrow = operation.find(" -> ");
    const std::string asked = operation.substr(0, arrow);
    const std::string function = asked.substr(0, asked.find(' '));
    const std::string answer =
        arrow == std::string::npos
            ? asked
            : function + " " + operation.substr(arrow + 4);
    text += "0 :invoke :" + asked + "\n0 :ok :" + answer + "\n";
  }
  return text;
}

History Read(const std::vector<std::string>& operations,
             const HistoryOptions& options = {}) {
  return ParseHistory(Events(operations), "h", options);
}

TEST(KeyedValues, NeedAKeyOfEveryInvocation) {
  const History keyed =
      Read({"write [1 5]", "read [1 nil] -> [1 5]", "cas [1 [5 6]]"});
  EXPECT_EQ(keyed.operations[0].key, "1");
  EXPECT_EQ(keyed.operations[1].value, "5");
  EXPECT_EQ(keyed.operations[2].expected, "5");
  EXPECT_THAT(keyed.notes, ElementsAre("values read as [key value], which "
                                       "every invocation has"));
  const History pairs = Read({"write [1 5]", "read nil -> [1 5]"});
  EXPECT_EQ(pairs.operations[0].key, "");
  EXPECT_EQ(pairs.operations[0].value, "[1 5]");
  EXPECT_EQ(pairs.operations[1].value, "[1 5]");
  EXPECT_THAT(pairs.notes,
              ElementsAre(HasSubstr("as they stand, not as [key value]")));
}

TEST(KeyedValues, AreDecidedByTheLastInvocationToo) {
  std::vector<std::string> operations(50, "write [1 5]");
  operations.emplace_back("read [1 nil] -> [1 5]");
  EXPECT_EQ(Read(operations).operations[0].key, "1");
  operations.emplace_back("read nil -> [1 5]");
  EXPECT_EQ(Read(operations).operations[0].key, "");
}

TEST(KeyedValues, AreNotGuessedWithoutARead) {
  EXPECT_EQ(Read({"enqueue [1 5]", "enqueue [2 6]"}).operations[0].value,
            "[1 5]");
  EXPECT_EQ(
      Read({"enqueue [1 5]", "dequeue [1 nil] -> [1 5]"}).operations[1].value,
      "5");
  EXPECT_THAT([] { Read({"write [1 5]", "cas [1 [5 6]]"}); },
              ThrowsMessage<UsageError>(
                  "h:1: every value is [a b], and no read shows whether a is a "
                  "key (--keys yes) or not (--keys no)"));
}

TEST(KeyedValues, AreWhatTheUserSaysTheyAre) {
  const HistoryOptions yes{.keys = KeyedValues::kYes};
  const HistoryOptions no{.keys = KeyedValues::kNo};
  EXPECT_EQ(Read({"write [1 5]"}, yes).operations[0].key, "1");
  EXPECT_THAT(Read({"write [1 5]"}, yes).notes, IsEmpty());
  EXPECT_EQ(
      Read({"write [1 5]", "read [1 nil] -> [1 5]"}, no).operations[1].value,
      "[1 5]");
  EXPECT_THAT([&] { Read({"write [1 5]", "read nil"}, yes); },
              ThrowsMessage<UsageError>(
                  "h:3: the value of process 0 is not [key value]"));
  const History txn = Read({"txn [1 [[:w :x 2]]]"}, yes);
  EXPECT_EQ(txn.operations[0].key, "1");
  EXPECT_THAT(txn.operations[0].accesses, SizeIs(1));
}

TEST(KeyedValues, AreNotThoseWithAKeyOfTheirOwn) {
  const History history = ParseHistory(
      "{:process 0 :type :invoke :f :read :key 7 :value nil}\n"
      "{:process 0 :type :ok :f :read :key 7 :value [1 2]}\n",
      "h");
  EXPECT_EQ(history.operations[0].key, "7");
  EXPECT_EQ(history.operations[0].value, "[1 2]");
}

TEST(VersionedValues, KeepTheVersionAsTheRevision) {
  const History keyed =
      Read({"write [7 [nil 3]] -> [7 [1 3]]", "read [7 [nil nil]] -> [7 [1 3]]",
            "cas [7 [nil [3 5]]] -> [7 [2 [3 5]]]"});
  EXPECT_EQ(keyed.operations[0].key, "7");
  EXPECT_EQ(keyed.operations[0].value, "3");
  EXPECT_EQ(keyed.operations[0].revision, 1);
  EXPECT_EQ(keyed.operations[1].value, "3");
  EXPECT_EQ(keyed.operations[2].expected, "3");
  EXPECT_EQ(keyed.operations[2].revision, 2);
  EXPECT_THAT(keyed.notes, ElementsAre(HasSubstr("as [version value]")));
  const History one =
      Read({"write [nil 3] -> [1 3]", "read [nil nil] -> [1 3]"});
  EXPECT_EQ(one.operations[1].value, "3");
  EXPECT_THAT([] { Read({"read [nil nil] -> [x 3]"}); },
              ThrowsMessage<UsageError>("h:2: a version x that is no number"));
}

TEST(TransactionsInDisguise, AreReadIfEveryReadAndWriteIsOne) {
  const History steps =
      Read({"write [[:w 1 5] [:w 2 6]]",
            "read [[:r 1 nil] [:r 2 nil]] -> [[:r 1 5] [:r 2 6]]"});
  EXPECT_EQ(steps.operations[1].kind, OperationKind::kTransaction);
  EXPECT_THAT(steps.operations[1].accesses,
              ElementsAre(Access{false, "1", "5"}, Access{false, "2", "6"}));
  const History plain = Read({"write [[:w 1 5]]", "write 3"});
  EXPECT_EQ(plain.operations[0].kind, OperationKind::kWrite);
}

TEST(Maps, AreTransactionsIfTheModelOrAReadSaysSo) {
  const HistoryOptions plain{.transactions = false};
  const std::vector<std::string> by_model = {"write {:a 1}",
                                             "read nil -> {:a 1}"};
  EXPECT_EQ(Read(by_model).operations[0].kind, OperationKind::kTransaction);
  EXPECT_EQ(Read(by_model, plain).operations[0].value, "{:a 1}");
  EXPECT_EQ(Read(by_model, plain).operations[1].value, "{:a 1}");
  const std::vector<std::string> by_read = {"write {:a 1}",
                                            "read {:a nil} -> {:a 1}"};
  EXPECT_EQ(Read(by_read, plain).operations[1].kind,
            OperationKind::kTransaction);
  const std::vector<std::string> mixed = {"write {:a 1}", "write 2"};
  EXPECT_EQ(Read(mixed).operations[0].kind, OperationKind::kWrite);
}

TEST(NilReads, SayNothingIfAskedSo) {
  const HistoryOptions any{.nil_read = NilRead::kAny};
  EXPECT_EQ(Read({"read nil"}).operations[0].outcome, Outcome::kOk);
  EXPECT_EQ(Read({"read nil"}, any).operations[0].outcome, Outcome::kUnknown);
  EXPECT_EQ(Read({"read nil -> []"}, any).operations[0].outcome, Outcome::kOk);
  EXPECT_EQ(Read({"dequeue nil"}, any).operations[0].outcome, Outcome::kOk);
  const History txn =
      Read({"txn [[:r 1 nil] [:r 2 nil]] -> [[:r 1 5] [:r 2 nil]]",
            "txn [[:r 1 nil] [:w 2 3]]", "txn [[:r 1 nil]]"},
           any);
  EXPECT_THAT(txn.operations[0].accesses, ElementsAre(Access{false, "1", "5"}));
  EXPECT_THAT(txn.operations[1].accesses, ElementsAre(Access{true, "2", "3"}));
  EXPECT_EQ(txn.operations[2].outcome, Outcome::kUnknown);
}

TEST(Collections, AreToldApartFromTextsThatLookLikeThem) {
  EXPECT_TRUE(Read({"read nil -> [1 2]"}).operations[0].shows_elements);
  EXPECT_TRUE(Read({"read nil -> #{}"}).operations[0].shows_elements);
  EXPECT_FALSE(Read({"read nil -> \"[1 2]\""}).operations[0].shows_elements);
}

}  // namespace
}  // namespace faultline
