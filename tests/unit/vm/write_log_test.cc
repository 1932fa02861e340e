#include "faultline/vm/write_log.h"

#include <gmock/gmock.h>

#include <cstring>

#include "faultline/base/error.h"
#include "faultline/base/files.h"
#include "support/scratch_directory.h"

namespace faultline {
namespace {

using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::ThrowsMessage;

constexpr std::uint64_t kFlush = 1;
constexpr std::uint64_t kForced = 2;
constexpr std::uint64_t kDiscard = 4;

std::string Number(std::uint64_t value, std::size_t bytes = 8) {
  std::string text(bytes, '\0');
  for (std::size_t i = 0; i < bytes; ++i)
    text[i] = static_cast<char>(value >> (8 * i));
  return text;
}

std::string Sector(std::string text) {
  text.resize(512, '\0');
  return text;
}

std::string Superblock(std::uint64_t magic = 0x6a736677736872,
                       std::uint64_t sector = 512) {
  return Sector(Number(magic) + Number(1) + Number(99) + Number(sector, 4));
}

// Sectors of `data` from `sector` on.
std::string Entry(std::uint64_t sector, const std::string& data,
                  std::uint64_t flags = 0) {
  return Sector(Number(sector) + Number(data.size() / 512) + Number(flags) +
                Number(0)) +
         data;
}

std::string Data(char c, std::size_t sectors = 1) {
  return std::string(sectors * 512, c);
}

std::string Flush() { return Entry(0, "", kFlush); }

std::string Discard(std::uint64_t sector, std::uint64_t sectors) {
  return Sector(Number(sector) + Number(sectors) + Number(kDiscard));
}

// A disk of four sectors of dots, and a log of what is written to it.
struct Rig {
  explicit Rig(const std::string& content)
      : path(scratch.Write("log", content)),
        disk(scratch.Write("disk", Data('.', 4))),
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
  Rig rig(Superblock() + Entry(0, Data('a')) + Entry(1, Data('b')) + Flush() +
          Entry(1, Data('c')) + Entry(2, Data('d', 2)));
  EXPECT_TRUE(rig.log.IsWhole());
  EXPECT_EQ(rig.Flushed(), "ab..");
  EXPECT_THAT(rig.log.Unflushed(),
              ElementsAre(Field(&LoggedWrite::disk_offset, 512U),
                          Field(&LoggedWrite::length, 1024U)));
}

TEST(WriteLog, DoesUnflushedWritesWholeOrInPart) {
  Rig rig(Superblock() + Entry(0, Data('a')) + Flush() + Entry(1, Data('b')) +
          Entry(2, Data('c', 2)));
  const std::vector<LoggedWrite> lost = rig.log.Unflushed();
  ASSERT_THAT(lost, SizeIs(2));
  rig.log.ReplayFlushed(rig.disk);
  rig.log.Replay(lost[0], lost[0].length, rig.disk);
  EXPECT_EQ(rig.Seen(), "ab..");
  rig.log.Replay(lost[1], 512, rig.disk);
  EXPECT_EQ(rig.Seen(), "abc.");
}

TEST(WriteLog, HasNothingToLoseAfterAFlush) {
  Rig rig(Superblock() + Entry(0, Data('a')) + Flush());
  EXPECT_THAT(rig.log.Unflushed(), IsEmpty());
  EXPECT_EQ(rig.Flushed(), "a...");
}

TEST(WriteLog, AForcedWriteIsKeptWithoutAFlush) {
  Rig rig(Superblock() + Entry(0, Data('a')) + Entry(1, Data('b'), kForced));
  EXPECT_THAT(rig.log.Unflushed(), SizeIs(1));
  EXPECT_EQ(rig.Flushed(), ".b..");
}

TEST(WriteLog, AFlushWithDataDoesNotCoverThatData) {
  Rig rig(Superblock() + Entry(0, Data('a')) + Entry(1, Data('b'), kFlush));
  EXPECT_THAT(rig.log.Unflushed(),
              ElementsAre(Field(&LoggedWrite::disk_offset, 512U)));
  EXPECT_EQ(rig.Flushed(), "a...");
}

TEST(WriteLog, WhatWasDiscardedReadsAsZeros) {
  Rig rig(Superblock() + Entry(0, Data('a', 4)) + Discard(1, 2) + Flush());
  EXPECT_TRUE(rig.log.IsWhole());
  EXPECT_EQ(rig.Flushed(), "a00a");
}

TEST(WriteLog, ALogThatJustBeganIsEmpty) {
  const Rig rig("");
  EXPECT_TRUE(rig.log.IsWhole());
  EXPECT_THAT(rig.log.writes(), IsEmpty());
}

TEST(WriteLog, IsNotWholeBeforeItsSuperblock) {
  const Rig rig(Sector("") + Entry(0, Data('a')));
  EXPECT_FALSE(rig.log.IsWhole());
  EXPECT_THAT(rig.log.writes(), IsEmpty());
}

TEST(WriteLog, ATornTailIsLeftOutWhereverItTears) {
  const std::string good = Superblock() + Entry(0, Data('a')) + Flush();
  const std::string last = Entry(1, Data('b', 2));
  for (std::size_t kept = 1; kept < last.size(); kept += 100) {
    Rig rig(good + last.substr(0, kept));
    EXPECT_FALSE(rig.log.IsWhole()) << kept;
    EXPECT_THAT(rig.log.writes(), SizeIs(2)) << kept;
    EXPECT_EQ(rig.Flushed(), "a...") << kept;
  }
}

TEST(WriteLog, StopsBeforeAnEntryThatIsNotWrittenYet) {
  const Rig rig(Superblock() + Entry(0, Data('a')) + Data('\0', 2) + Flush());
  EXPECT_FALSE(rig.log.IsWhole());
  EXPECT_THAT(rig.log.writes(), SizeIs(1));
}

TEST(WriteLog, FollowsALogThatGrows) {
  const std::string last = Entry(1, Data('b'));
  Rig rig(Superblock() + Entry(0, Data('a')) + last.substr(0, 700));
  ASSERT_FALSE(rig.log.IsWhole());
  std::ofstream(rig.path, std::ios::app) << last.substr(700) << Flush();
  rig.log.Follow();
  EXPECT_TRUE(rig.log.IsWhole());
  EXPECT_EQ(rig.Flushed(), "ab..");
}

TEST(WriteLog, RefusesWhatIsNoLog) {
  EXPECT_THAT([] { Rig rig(Sector("a picture of a cat")); },
              ThrowsMessage<UsageError>(HasSubstr("superblock")));
  EXPECT_THAT([] { Rig rig(Superblock(0x6a736677736872, 7)); },
              ThrowsMessage<UsageError>(HasSubstr("sectors have 7 bytes")));
  EXPECT_THAT([] { Rig rig(Superblock() + Data('x', 3)); },
              ThrowsMessage<UsageError>(HasSubstr("at byte 512 is no entry")));
  EXPECT_THAT(
      [] { WriteLog("/nonexistent/log"); },
      ThrowsMessage<UsageError>(HasSubstr("/nonexistent/log: No such")));
}

}  // namespace
}  // namespace faultline
