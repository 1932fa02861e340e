#include "faultline/evidence/disk_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "faultline/evidence/run_evidence.h"
#include "support/scratch_directory.h"
#include "support/throws.h"

namespace faultline {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr char kHead[] =
    R"({"type":"disk","member":"m","cluster":"c","snapshot_index":3,)"
    R"("snapshot_term":1,"term":2,"vote":"","commit":4,)"
    R"("changes_known":false,"since_beginning":false})"
    "\n";

PersistedLog Example() {
  PersistedLog log{.node = "node2",
                   .member = "8e9e05c52164694d",
                   .cluster = "cdf818194e3a8c32",
                   .snapshot_index = 3,
                   .snapshot_term = 1,
                   .changes_known = true,
                   .torn_tail = "12 bytes",
                   .corruption = "a checksum \"wrong\""};
  AppendTo(log, {.index = 4,
                 .term = 2,
                 .content = "put k",
                 .revision = 7,
                 .changes = {{7, "k", "v"}, {7, "l", std::nullopt}}});
  AppendTo(log, {.index = 5, .term = 2, .content = ""});
  TakeVote(log, {.term = 1});
  TakeVote(log, {.term = 2, .candidate = "8e9e05c52164694d"});
  log.commit_index = 4;
  return log;
}

TEST(DiskFiles, WhatIsWrittenIsRead) {
  const ScratchDirectory scratch;
  const PersistedLog log = Example();
  const PersistedLog read =
      ReadDiskLog(scratch.Write("node2-disk.jsonl", ToJsonLines(log)));
  EXPECT_EQ(read.node, "node2");
  EXPECT_EQ(read.votes, log.votes);
  EXPECT_EQ(read.torn_tail, log.torn_tail);
  EXPECT_EQ(read.corruption, log.corruption);
  ASSERT_THAT(read.entries, SizeIs(2));
  EXPECT_THAT(read.entries[0].changes,
              ElementsAre(Commit{7, "k", "v"}, Commit{7, "l", std::nullopt}));
  EXPECT_THAT(read.entries[1].changes, IsEmpty());
  EXPECT_EQ(ToJsonLines(read), ToJsonLines(log));
}

TEST(DiskFiles, BelongToTheEvidenceOfARun) {
  const ScratchDirectory scratch;
  WriteRunEvidence({.disks = {Example()}}, scratch.path());
  const RunEvidence read = ReadRunEvidence(scratch.path());
  EXPECT_FALSE(read.empty());
  ASSERT_THAT(read.disks, SizeIs(1));
  EXPECT_EQ(ToJsonLines(read.disks[0]), ToJsonLines(Example()));
}

TEST(DiskFiles, MalformedOnesNameFileLineAndReason) {
  const ScratchDirectory scratch;
  const auto read = [&](const std::string& text) {
    return
        [file = scratch.Write("node1-disk.jsonl", text)] { ReadDiskLog(file); };
  };
  EXPECT_THAT(ErrorOf(read(R"({"type":"vote","term":1,"candidate":""})"
                           "\n")),
              HasSubstr("node1-disk.jsonl:1: the first line"));
  EXPECT_THAT(ErrorOf(read(std::string(kHead) +
                           R"({"type":"entry","index":5,"term":1,"entry":""})"
                           "\n")),
              HasSubstr("node1-disk.jsonl:2: index 5 comes after index 3"));
  EXPECT_THAT(ErrorOf(read(std::string(kHead) + "{\"type\":\"x\"}\n")),
              HasSubstr("unknown \"type\" \"x\""));
}

}  // namespace
}  // namespace faultline
