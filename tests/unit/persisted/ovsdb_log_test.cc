#include "faultline/persisted/ovsdb_log.h"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "faultline/persisted/checksums.h"
#include "unit/service/ovsdb/local_ovsdb.h"

namespace faultline {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Deadline Soon() { return Within(5s); }

std::string Record(const std::string& json) {
  const std::string body = json + "\n";
  return fmt::format("OVSDB CLUSTER {} {}\n{}", body.size(),
                     internal::Sha1Hex(body), body);
}

const std::string kHeader = Record(
    R"({"name":"other","server_id":"s1","cluster_id":"c","prev_index":4,)"
    R"("prev_term":2,"prev_data":[{},{}],"local_address":"tcp:1:1"})");

std::string Entry(int index, int term, const std::string& eid) {
  return Record(fmt::format(R"({{"index":{},"term":{},"eid":"{}",)"
                            R"("data":[null,{{}}]}})",
                            index, term, eid));
}

// Files of a real cluster of three, which took writes under two leaders.
class OvsdbLogOfACluster : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    LocalOvsdb ovsdb(3);
    const auto client = ovsdb.client(1);
    client->Put("a", "1", Soon());
    client->CompareAndSet("a", "1", "2", Soon());
    client->Put("b", "", Soon());
    client->Delete("a", Soon());
    const int leader = ovsdb.WaitForLeader();
    ovsdb.control(leader).TransferLeadership(Soon());
    Eventually(Within(20s), "another leads",
               [&] { return ovsdb.WaitForLeader() != leader; });
    revision_ = client->Put("a", "3", Within(20s)).revision;
    for (int member = 1; member <= 3; ++member) {
      ovsdb.client(member)->Get("a", ReadMode::kLinearizable, Within(20s));
    }
    for (int member = 1; member <= 3; ++member) {
      statuses_.push_back(ovsdb.Status(member));
      ovsdb.at(member).child->Kill();
      files_.push_back(ReadFile(ovsdb.at(member).files.database));
    }
  }

  static PersistedLog Log(int member) {
    return ParseOvsdbLog(fmt::format("node{}", member), files_[member - 1]);
  }

  static std::vector<std::string> files_;
  static std::vector<OvsdbClusterStatus> statuses_;
  static std::int64_t revision_;
};

std::vector<std::string> OvsdbLogOfACluster::files_;
std::vector<OvsdbClusterStatus> OvsdbLogOfACluster::statuses_;
std::int64_t OvsdbLogOfACluster::revision_ = 0;

TEST_F(OvsdbLogOfACluster, HoldsWhatEachMemberSaysOfItself) {
  for (int member = 1; member <= 3; ++member) {
    const PersistedLog log = Log(member);
    const OvsdbClusterStatus& status = statuses_[member - 1];
    EXPECT_EQ(log.corruption, std::nullopt);
    EXPECT_EQ(log.torn_tail, std::nullopt);
    EXPECT_EQ(log.member, status.server_id);
    EXPECT_EQ(log.cluster, status.cluster_id);
    EXPECT_EQ(log.term, status.term);
    EXPECT_EQ(log.snapshot_index + 1, status.log_start);
    EXPECT_GE(log.last_index() + 1, status.log_end);
    EXPECT_GE(log.commit_index, log.snapshot_index);
    EXPECT_THAT(log.votes, ::testing::Not(IsEmpty()));
  }
}

TEST_F(OvsdbLogOfACluster, TellsTheChangesOfEachTransaction) {
  const PersistedLog log = Log(1);
  EXPECT_TRUE(log.changes_known);
  EXPECT_TRUE(log.since_beginning);
  EXPECT_EQ(revision_, 5);
  std::vector<Commit> changes;
  for (const PersistedEntry& entry : log.entries) {
    changes.insert(changes.end(), entry.changes.begin(), entry.changes.end());
  }
  EXPECT_THAT(
      changes,
      ElementsAre(Commit{1, "a", "1"}, Commit{2, "a", "2"}, Commit{3, "b", ""},
                  Commit{4, "a", std::nullopt}, Commit{5, "a", "3"}));
}

TEST_F(OvsdbLogOfACluster, EveryCutIsATornTailOrAShorterLog) {
  const std::string& file = files_[0];
  const std::size_t whole = Log(1).entries.size();
  for (std::size_t size = file.size() - 1; size > file.size() - 900;
       size -= 7) {
    const PersistedLog log = ParseOvsdbLog("node1", file.substr(0, size));
    EXPECT_EQ(log.corruption, std::nullopt) << size;
    EXPECT_LE(log.entries.size(), whole);
  }
  const PersistedLog log = ParseOvsdbLog("node1", file.substr(0, 40));
  ASSERT_TRUE(log.torn_tail);
  EXPECT_THAT(*log.torn_tail, HasSubstr("byte 0"));
}

TEST_F(OvsdbLogOfACluster, AFlippedByteInTheMiddleIsCorruption) {
  for (std::size_t at = 100; at < files_[0].size() - 1200; at += 61) {
    std::string file = files_[0];
    file[at] = static_cast<char>(file[at] ^ 1);
    const PersistedLog log = ParseOvsdbLog("node1", file);
    ASSERT_TRUE(log.corruption) << at;
    EXPECT_THAT(*log.corruption, HasSubstr("whole ones follow it")) << at;
  }
}

TEST(OvsdbLog, AnEntryReplacesWhatHasItsIndexAndAllThatFollows) {
  const PersistedLog log =
      ParseOvsdbLog("n", kHeader + Entry(5, 2, "a") + Entry(6, 2, "b") +
                             Entry(7, 2, "c") + Entry(6, 3, "d"));
  ASSERT_EQ(log.entries.size(), 2u);
  EXPECT_EQ(log.snapshot_index, 4u);
  EXPECT_EQ(log.snapshot_term, 2u);
  EXPECT_EQ(log.entries[0].index, 5u);
  EXPECT_EQ(log.entries[1].index, 6u);
  EXPECT_EQ(log.entries[1].term, 3u);
  EXPECT_THAT(log.entries[1].content, HasSubstr("\"d\""));
  EXPECT_FALSE(log.changes_known);
  EXPECT_EQ(log.Find(6), &log.entries[1]);
  EXPECT_EQ(log.Find(7), nullptr);
  EXPECT_EQ(log.Find(4), nullptr);
}

TEST(OvsdbLog, ReadsVotesTermsAndTheCommitIndex) {
  const PersistedLog log = ParseOvsdbLog(
      "n", kHeader + Record(R"({"term":3})") +
               Record(R"({"term":3,"vote":"s2"})") +
               Record(R"({"term":3,"leader":"s2"})") + Entry(5, 3, "a") +
               Record(R"({"commit_index":5})") + Record(R"({"note":"left"})"));
  EXPECT_EQ(log.corruption, std::nullopt);
  EXPECT_EQ(log.term, 3u);
  EXPECT_EQ(log.vote, "s2");
  EXPECT_EQ(log.commit_index, 5u);
  EXPECT_THAT(log.votes,
              ElementsAre(PersistedVote{3, ""}, PersistedVote{3, "s2"}));
}

TEST(OvsdbLog, SectorsThatWereNotWrittenAreATornTail) {
  std::string last = Entry(5, 2, "a");
  last.replace(last.size() - 20, 20, std::string(20, '\0'));
  EXPECT_TRUE(ParseOvsdbLog("n", kHeader + last).torn_tail);
  const std::string zeros(4096, '\0');
  EXPECT_TRUE(ParseOvsdbLog("n", kHeader + zeros).torn_tail);
  // Something was written after them, so it was no power cut.
  const PersistedLog log =
      ParseOvsdbLog("n", kHeader + last + Entry(6, 2, "b"));
  EXPECT_EQ(log.torn_tail, std::nullopt);
  EXPECT_TRUE(log.corruption);
}

TEST(OvsdbLog, ALastRecordOfFullLengthWithAWrongByteIsCorruption) {
  std::string last = Entry(5, 2, "a");
  last[last.size() - 3] ^= 1;
  const PersistedLog log = ParseOvsdbLog("n", kHeader + last);
  ASSERT_TRUE(log.corruption);
  EXPECT_THAT(*log.corruption, HasSubstr("another checksum"));
}

TEST(OvsdbLog, ARecordThatIsNoneOfRaftIsCorruption) {
  EXPECT_TRUE(ParseOvsdbLog("n", kHeader + Record("[1]")).corruption);
  EXPECT_TRUE(ParseOvsdbLog("n", kHeader + Record("{}")).corruption);
  EXPECT_TRUE(ParseOvsdbLog("n", kHeader + Record("nope")).corruption);
  const PersistedLog gap = ParseOvsdbLog("n", kHeader + Entry(9, 2, "a"));
  ASSERT_TRUE(gap.corruption);
  EXPECT_THAT(*gap.corruption, HasSubstr("index 9 comes after index 4"));
  EXPECT_TRUE(ParseOvsdbLog("n", "").corruption);
  EXPECT_TRUE(ParseOvsdbLog("n", "no log").corruption);
}

}  // namespace
}  // namespace faultline
