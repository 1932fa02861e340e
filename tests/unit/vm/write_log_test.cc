#include "faultline/vm/write_log.h"

#include <gmock/gmock.h>

#include <fstream>

#include "faultline/base/error.h"
#include "faultline/base/files.h"
#include "support/scratch_directory.h"
#include "support/write_log_text.h"

namespace faultline {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::ThrowsMessage;

// A disk of four sectors of dots, and a log of what is written to it.
struct Rig {
  explicit Rig(const std::string& content)
      : path(scratch.Write("log", content)),
        disk(scratch.Write("disk", LogData('.', 4))),
        log(path) {
    log.Follow();
  }
  // One character a sector.
  std::string Flushed() {
    log.ReplayFlushed(disk);
    return Seen();
  }
  std::string Seen() const {
    const std::string content = ReadFile(disk);
    std::string seen;
    for (std::size_t i = 0; i < content.size(); i += 512)
      seen += content[i] == '\0' ? '0' : content[i];
    return seen;
  }

  ScratchDirectory scratch;
  std::filesystem::path path;
  std::filesystem::path disk;
  WriteLog log;
};

TEST(WriteLog, KeepsWhatWasFlushedAndNothingElse) {
  Rig rig(LogSuperblock() + LogEntry(0, LogData('a')) +
          LogEntry(1, LogData('b')) + LogFlush() + LogEntry(1, LogData('c')) +
          LogEntry(2, LogData('d', 2)));
  EXPECT_TRUE(rig.log.IsWhole());
  EXPECT_EQ(rig.Flushed(), "ab..");
  EXPECT_THAT(rig.log.Unflushed(),
              ElementsAre(Field(&LoggedWrite::disk_offset, 512U),
                          Field(&LoggedWrite::length, 1024U)));
}

TEST(WriteLog, DoesUnflushedWritesWholeOrInPart) {
  Rig rig(LogSuperblock() + LogEntry(0, LogData('a')) + LogFlush() +
          LogEntry(1, LogData('b')) + LogEntry(2, LogData('c', 2)));
  const std::vector<LoggedWrite> lost = rig.log.Unflushed();
  ASSERT_THAT(lost, SizeIs(2));
  rig.log.ReplayFlushed(rig.disk);
  rig.log.Replay(lost[0], lost[0].length, rig.disk);
  EXPECT_EQ(rig.Seen(), "ab..");
  rig.log.Replay(lost[1], 512, rig.disk);
  EXPECT_EQ(rig.Seen(), "abc.");
}

TEST(WriteLog, HasNothingToLoseAfterAFlush) {
  Rig rig(LogSuperblock() + LogEntry(0, LogData('a')) + LogFlush());
  EXPECT_THAT(rig.log.Unflushed(), IsEmpty());
  EXPECT_EQ(rig.Flushed(), "a...");
}

TEST(WriteLog, AForcedWriteIsKeptWithoutAFlush) {
  Rig rig(LogSuperblock() + LogEntry(0, LogData('a')) +
          LogEntry(1, LogData('b'), kLogForced));
  EXPECT_THAT(rig.log.Unflushed(), SizeIs(1));
  EXPECT_EQ(rig.Flushed(), ".b..");
}

TEST(WriteLog, AFlushWithDataDoesNotCoverThatData) {
  Rig rig(LogSuperblock() + LogEntry(0, LogData('a')) +
          LogEntry(1, LogData('b'), kLogFlush));
  EXPECT_THAT(rig.log.Unflushed(),
              ElementsAre(Field(&LoggedWrite::disk_offset, 512U)));
  EXPECT_EQ(rig.Flushed(), "a...");
}

TEST(WriteLog, WhatWasDiscardedReadsAsZeros) {
  Rig rig(LogSuperblock() + LogEntry(0, LogData('a', 4)) + LogDiscard(1, 2) +
          LogFlush());
  EXPECT_TRUE(rig.log.IsWhole());
  EXPECT_EQ(rig.Flushed(), "a00a");
}

TEST(WriteLog, ALogThatJustBeganIsEmpty) {
  const Rig rig("");
  EXPECT_TRUE(rig.log.IsWhole());
  EXPECT_THAT(rig.log.writes(), IsEmpty());
}

TEST(WriteLog, IsNotWholeBeforeItsSuperblock) {
  const Rig rig(LogSector("") + LogEntry(0, LogData('a')));
  EXPECT_FALSE(rig.log.IsWhole());
  EXPECT_THAT(rig.log.writes(), IsEmpty());
}

TEST(WriteLog, ATornTailIsLeftOutWhereverItTears) {
  const std::string good =
      LogSuperblock() + LogEntry(0, LogData('a')) + LogFlush();
  const std::string last = LogEntry(1, LogData('b', 2));
  for (std::size_t kept = 1; kept < last.size(); kept += 100) {
    Rig rig(good + last.substr(0, kept));
    EXPECT_FALSE(rig.log.IsWhole()) << kept;
    EXPECT_THAT(rig.log.writes(), SizeIs(2)) << kept;
    EXPECT_EQ(rig.Flushed(), "a...") << kept;
  }
}

TEST(WriteLog, StopsBeforeAnEntryThatIsNotWrittenYet) {
  const Rig rig(LogSuperblock() + LogEntry(0, LogData('a')) + LogData('\0', 2) +
                LogFlush());
  EXPECT_FALSE(rig.log.IsWhole());
  EXPECT_THAT(rig.log.writes(), SizeIs(1));
}

TEST(WriteLog, FollowsALogThatGrows) {
  const std::string last = LogEntry(1, LogData('b'));
  Rig rig(LogSuperblock() + LogEntry(0, LogData('a')) + last.substr(0, 700));
  ASSERT_FALSE(rig.log.IsWhole());
  std::ofstream(rig.path, std::ios::app) << last.substr(700) << LogFlush();
  rig.log.Follow();
  EXPECT_TRUE(rig.log.IsWhole());
  EXPECT_EQ(rig.Flushed(), "ab..");
}

TEST(WriteLog, RefusesWhatIsNoLog) {
  EXPECT_THAT([] { Rig rig(LogSector("a picture of a cat")); },
              ThrowsMessage<UsageError>(HasSubstr("superblock")));
  EXPECT_THAT([] { Rig rig(LogSuperblock(0x6a736677736872, 7)); },
              ThrowsMessage<UsageError>(HasSubstr("sectors have 7 bytes")));
  EXPECT_THAT([] { Rig rig(LogSuperblock() + LogData('x', 3)); },
              ThrowsMessage<UsageError>(HasSubstr("at byte 512 is no entry")));
  EXPECT_THAT(
      [] { WriteLog("/nonexistent/log"); },
      ThrowsMessage<UsageError>(HasSubstr("/nonexistent/log: No such")));
}

}  // namespace
}  // namespace faultline
