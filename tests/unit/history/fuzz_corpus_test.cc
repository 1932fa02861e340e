// Replays what the fuzzers kept (tests/fuzz): any bytes are refused with line
// and reason, or become a history that keeps the rules.
#include <gtest/gtest.h>

#include <filesystem>

#include "faultline/base/error.h"
#include "faultline/base/files.h"
#include "faultline/history/history_readers.h"
#include "fuzz/history_rules.h"

namespace faultline {
namespace {

template <auto Read>
History WithDefaults(std::string_view text, const std::string& name) {
  return Read(text, name, {});
}

void Replay(const std::string& format, const HistoryReader& read) {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(
           FAULTLINE_FIXTURES "/../tests/fuzz/corpus/" + format)) {
    EXPECT_EQ(ReadAndJudge(read, ReadFile(entry.path())), "") << entry.path();
    ++count;
  }
  EXPECT_GE(count, 5);
}

TEST(FuzzCorpus, IsReadOrRefusedByTheReaderOfJsonLines) {
  Replay("json", WithDefaults<internal::ReadJsonHistory>);
}

TEST(FuzzCorpus, IsReadOrRefusedByTheReaderOfEdn) {
  Replay("edn", WithDefaults<internal::ReadEdnHistory>);
}

TEST(FuzzCorpus, IsReadOrRefusedByTheReaderOfLogs) {
  Replay("log", WithDefaults<internal::ReadJepsenLog>);
}

TEST(FuzzCorpus, IsReadOrRefusedByTheReaderOfJepsenJson) {
  Replay("json", WithDefaults<internal::ReadJepsenJson>);
}

TEST(FuzzCorpus, IsReadOrRefusedWhateverItIsRecognisedAs) {
  for (const char* format : {"json", "edn", "log"}) {
    Replay(format, WithDefaults<ParseHistory>);
  }
}

TEST(FuzzRules, FindAReaderThatAcceptsWhatItMustNot) {
  const auto reads_badly = [](std::string_view, const std::string&) {
    History history;
    history.operations.resize(2);  // unknown, yet completed; one process twice
    return history;
  };
  EXPECT_NE(ReadAndJudge(reads_badly, ""), "");
  const auto refuses_badly = [](std::string_view,
                                const std::string&) -> History {
    throw UsageError("no");
  };
  EXPECT_NE(ReadAndJudge(refuses_badly, ""), "");
}

}  // namespace
}  // namespace faultline
