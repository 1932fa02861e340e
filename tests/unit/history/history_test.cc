#include "faultline/history/history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <string_view>

#include "faultline/base/error.h"
#include "faultline/base/files.h"
#include "support/scratch_directory.h"

namespace faultline {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::SizeIs;
using testing::ThrowsMessage;

const char kMeta[] = R"({"type":"meta","version":1,"metadata":{}})";
const char kInvoke[] =
    R"({"type":"invoke","id":0,"process":0,"op":"read","key":"k","time":5})";

std::string Lines(std::initializer_list<std::string> lines) {
  std::string text;
  for (const std::string& line : lines) text += line + "\n";
  return text;
}

std::string EveryEvent() {
  return ReadFile(FAULTLINE_FIXTURES "/histories/every_event.jsonl");
}

History Parse(const std::string& text) {
  static const ScratchDirectory scratch;
  // Some file systems flush a file that is cut to be written again.
  std::filesystem::remove(scratch.path() / "h.jsonl");
  return ReadHistory(scratch.Write("h.jsonl", text));
}

TEST(StoredHistory, HoldsEveryEvent) {
  const History history = Parse(EveryEvent());
  EXPECT_EQ(history.metadata.at("store"), "etcd 3.4.23");
  ASSERT_THAT(history.operations, SizeIs(5));
  EXPECT_EQ(history.operations[0].value, "a \"quoted\" value");
  EXPECT_EQ(history.operations[0].revision, 2);
  EXPECT_EQ(history.operations[1].value, std::nullopt);
  EXPECT_EQ(history.operations[2].error, "comparison failed");
  EXPECT_EQ(history.operations[3].outcome, Outcome::kUnknown);
  EXPECT_EQ(history.operations[4].outcome, Outcome::kUnknown);
  EXPECT_EQ(history.CountAcknowledged(), 2);
  ASSERT_THAT(history.faults, SizeIs(2));
  EXPECT_EQ(history.faults[0].end_ns, 1900000000);
  EXPECT_EQ(history.faults[1].end_ns, std::numeric_limits<std::int64_t>::max());
}

TEST(StoredHistory, EveryPrefixIsReadOrRefused) {
  const std::string whole = EveryEvent();
  const std::size_t meta = whole.find('\n');
  for (std::size_t length = 0; length <= whole.size(); ++length) {
    const std::string prefix = whole.substr(0, length);
    if (length < meta) {
      EXPECT_THROW(Parse(prefix), UsageError) << prefix;
    } else {
      EXPECT_NO_THROW(Parse(prefix)) << prefix;
    }
  }
}

TEST(StoredHistory, EveryDamagedByteIsReadOrRefused) {
  constexpr std::string_view kDamage("\"}9-\n\0\xff", 7);
  const std::string whole = EveryEvent();
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string text = whole;
    text[i] = kDamage[i % kDamage.size()];
    try {
      Parse(text);
    } catch (const UsageError&) {  // anything else fails the test
    }
  }
}

TEST(TornHistory, IsNamedWithItsLine) {
  const std::string whole = Lines({kMeta, kInvoke});
  EXPECT_EQ(Parse(whole).torn, "");
  EXPECT_THAT(Parse(whole + "{\"type\":").torn,
              EndsWith("h.jsonl:3: left out 8 bytes of a line that was never "
                       "finished"));
  const std::string unused(100, '\0');
  EXPECT_EQ(Parse(whole + unused).torn, "");
  EXPECT_THAT(Parse(whole + "{\"type" + unused).torn,
              HasSubstr("left out 6 bytes"));
}

struct Malformed {
  std::string name;
  std::string lines;
  std::string reason;
};

void PrintTo(const Malformed& example, std::ostream* out) {
  *out << example.name;
}

class MalformedHistory : public testing::TestWithParam<Malformed> {};

TEST_P(MalformedHistory, IsRefusedWithFileLineAndReason) {
  EXPECT_THAT(
      [] { Parse(GetParam().lines); },
      ThrowsMessage<UsageError>(EndsWith("h.jsonl:" + GetParam().reason)));
}

INSTANTIATE_TEST_SUITE_P(
    Examples, MalformedHistory,
    testing::Values(
        Malformed{"Empty", "", "1: not a history: no \"meta\" line"},
        Malformed{"NoMeta", Lines({kInvoke}),
                  "1: does not begin with a \"meta\" line"},
        Malformed{"OtherVersion",
                  Lines({R"({"type":"meta","version":2,"metadata":{}})"}),
                  "1: version 2 of the format, known: 1"},
        Malformed{"TornInTheMiddle", Lines({kMeta, "{\"type\":", kInvoke}),
                  "2: not JSON"},
        Malformed{"NotAnObject", Lines({kMeta, "7"}), "2: not a JSON object"},
        Malformed{"UnknownType", Lines({kMeta, R"({"type":"x"})"}),
                  "2: unknown outcome \"x\" (ok, fail, unknown)"},
        Malformed{"MissingField", Lines({kMeta, R"({"type":"invoke"})"}),
                  "2: lacks \"id\""},
        Malformed{"WrongType", Lines({kMeta, R"({"type":"invoke","id":"0"})"}),
                  "2: \"id\" is not a 64-bit integer"},
        Malformed{"BusyProcess",
                  Lines({kMeta, kInvoke,
                         R"({"type":"invoke","id":1,"process":0,"op":"read",)"
                         R"("key":"k","time":6})"}),
                  "3: process 0 has an operation open"},
        Malformed{"RetiredProcess",
                  Lines({kMeta, kInvoke,
                         R"({"type":"unknown","id":0,"process":0,"time":6})",
                         R"({"type":"invoke","id":1,"process":0,"op":"read",)"
                         R"("key":"k","time":7})"}),
                  "4: process 0 has an unknown outcome and must not go on"},
        Malformed{"CompletedTwice",
                  Lines({kMeta, kInvoke,
                         R"({"type":"ok","id":0,"process":0,"time":6})",
                         R"({"type":"ok","id":0,"process":0,"time":7})"}),
                  "4: process 0 has no open operation 0"},
        Malformed{"TimeGoesBack",
                  Lines({kMeta, kInvoke,
                         R"({"type":"ok","id":0,"process":0,"time":4})"}),
                  "3: \"time\" goes back"},
        Malformed{
            "TransactionWithoutAccesses",
            Lines({kMeta, R"({"type":"invoke","id":0,"process":0,"op":"txn",)"
                          R"("key":"","time":5})"}),
            "2: lacks \"accesses\""},
        Malformed{"TransactionThatAnswersAnother",
                  Lines({kMeta,
                         R"({"type":"invoke","id":0,"process":0,"op":"txn",)"
                         R"("key":"","time":5,"accesses":[{"op":"read",)"
                         R"("key":"x"}]})",
                         R"({"type":"ok","id":0,"process":0,"time":6,)"
                         R"("accesses":[{"op":"read","key":"y"}]})"}),
                  "3: answers other \"accesses\" than it invoked"},
        Malformed{"ElementsThatAreNoTexts",
                  Lines({kMeta, kInvoke,
                         R"({"type":"ok","id":0,"process":0,"time":6,)"
                         R"("elements":[1]})"}),
                  "3: one of \"elements\" is not a string"},
        Malformed{"EndOfNoFault",
                  Lines({kMeta, R"({"type":"fault_end","id":0,"time":1})"}),
                  "2: no open fault 0"}),
    [](const auto& example) { return example.param.name; });

TEST(StoredHistory, MissingFileIsNamed) {
  EXPECT_THAT([] { ReadHistory("/nonexistent/h.jsonl"); },
              ThrowsMessage<UsageError>(EndsWith(
                  "h.jsonl: cannot be read: No such file or directory")));
}

TEST(OperationWords, AreReadAsTheyAreWritten) {
  for (int i = 0; i <= static_cast<int>(OperationKind::kTransaction); ++i) {
    const auto kind = static_cast<OperationKind>(i);
    EXPECT_EQ(ParseOperationKind(ToText(kind)), kind);
  }
  EXPECT_THROW(ParseOperationKind("swap"), UsageError);
  EXPECT_THROW(ParseOutcome("maybe"), UsageError);
}

}  // namespace
}  // namespace faultline
