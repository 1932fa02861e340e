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
  Replay("json", internal::ReadJsonHistory);
}

TEST(FuzzCorpus, IsReadOrRefusedByTheReaderOfEdn) {
  Replay("edn", internal::ReadEdnHistory);
}

TEST(FuzzCorpus, IsReadOrRefusedByTheReaderOfLogs) {
  Replay("log", internal::ReadJepsenLog);
}

TEST(FuzzRules, FindAReaderThatAcceptsWhatItMustNot) {
  const auto reads_badly = [](std::istream&, const std::string&) {
    History history;
    history.operations.resize(2);  // unknown, yet completed; one process twice
    return history;
  };
  EXPECT_NE(ReadAndJudge(reads_badly, ""), "");
  const auto refuses_badly = [](std::istream&, const std::string&) -> History {
    throw UsageError("no");
  };
  EXPECT_NE(ReadAndJudge(refuses_badly, ""), "");
}

}  // namespace
}  // namespace faultline
