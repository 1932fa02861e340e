#include "faultline/persisted/etcd_wal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <set>
#include <string>

#include "faultline/base/files.h"
#include "unit/service/local_etcd.h"

namespace faultline {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::ThrowsMessage;

Deadline Soon() { return Within(5s); }

// Files of a real cluster of three, which took writes under two leaders.
class EtcdWalOfACluster : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    LocalEtcd etcd(3);
    const auto client = etcd.client(1);
    client->Put("a", "1", Soon());
    client->CompareAndSet("a", "1", "2", Soon());
    client->CompareAndSet("a", "1", "no", Soon());
    client->CompareAndSet("b", std::nullopt, "", Soon());
    client->Delete("a", Soon());
    client->Delete("a", Soon());
    const int leader = etcd.WaitForLeader();
    etcd.at(leader).child->Kill();
    const int other = leader == 1 ? 2 : 1;
    Eventually(Within(15s), "a put under another leader", [&] {
      return etcd.client(other)->Put("a", "3", Soon()).outcome == Outcome::kOk;
    });
    etcd.Start(leader);
    etcd.WaitForLeaderAt(leader);
    etcd.WaitForEqualRevisions();
    for (int member = 1; member <= 3; ++member) {
      shown_.push_back(etcd.admin(member)->ReadCommitLog(Soon()));
      statuses_.push_back(etcd.Status(member));
    }
    for (int member = 1; member <= 3; ++member) {
      etcd.at(member).child->Kill();
      const auto wal =
          std::filesystem::path(etcd.at(member).config.data_directory) /
          "member";
      logs_.push_back(ReadEtcdMember(etcd.at(member).config.name, wal));
      for (const auto& file :
           std::filesystem::directory_iterator(wal / "wal")) {
        if (file.path().extension() == ".wal") {
          files_.push_back(Shortened(ReadFile(file.path())));
        }
      }
    }
  }

  // A file is filled up to 64 MB with zeros: a few will do.
  static std::string Shortened(std::string file) {
    file.resize(std::min(file.size(), Written(file) + 8192));
    return file;
  }

  // How much of a file holds records.
  static std::size_t Written(const std::string& file) {
    return file.find_last_not_of('\0') + 1;
  }

  static std::vector<PersistedLog> logs_;
  static std::vector<CommitLog> shown_;
  static std::vector<MemberStatus> statuses_;
  static std::vector<std::string> files_;  // one a member
};

std::vector<PersistedLog> EtcdWalOfACluster::logs_;
std::vector<CommitLog> EtcdWalOfACluster::shown_;
std::vector<MemberStatus> EtcdWalOfACluster::statuses_;
std::vector<std::string> EtcdWalOfACluster::files_;

TEST_F(EtcdWalOfACluster, HoldsWhatEachMemberSaysOfItself) {
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(logs_[i].corruption, std::nullopt);
    EXPECT_EQ(logs_[i].torn_tail, std::nullopt);
    // Others may have called an election since it was asked.
    EXPECT_GE(logs_[i].term, statuses_[i].term);
    EXPECT_GE(logs_[i].last_index(), statuses_[i].commit_index);
    EXPECT_GT(logs_[i].commit_index, 0u);
    EXPECT_EQ(logs_[i].cluster, logs_[0].cluster);
    EXPECT_THAT(logs_[i].member, Not(IsEmpty()));
    EXPECT_THAT(logs_[i].votes, Not(IsEmpty()));
  }
  EXPECT_NE(logs_[0].member, logs_[1].member);
}

TEST_F(EtcdWalOfACluster, TellsTheChangesThatTheMemberShows) {
  for (std::size_t i = 0; i < 3; ++i) {
    ASSERT_TRUE(logs_[i].changes_known);
    EXPECT_TRUE(logs_[i].since_beginning);
    std::vector<Commit> changes;
    for (const PersistedEntry& entry : logs_[i].entries) {
      changes.insert(changes.end(), entry.changes.begin(), entry.changes.end());
    }
    EXPECT_EQ(changes, shown_[i].commits);
  }
  EXPECT_EQ(shown_[0].commits.size(), 5u);
}

TEST_F(EtcdWalOfACluster, EveryCutIsATornTailOrAShorterLog) {
  const std::string& file = files_[0];
  for (std::size_t cut = 1; cut < 900; cut += 7) {
    const PersistedLog log =
        ParseEtcdWal("node1", {file.substr(0, Written(file) - cut)});
    EXPECT_EQ(log.corruption, std::nullopt) << cut;
    EXPECT_LE(log.entries.size(), logs_[0].entries.size());
  }
}

// Where the records' lengths stand: eight bytes before each record.
std::set<std::size_t> LengthBytes(const std::string& file, std::size_t until) {
  std::set<std::size_t> bytes;
  for (std::size_t start = 0; start + 8 <= until;) {
    std::uint64_t field = 0;
    for (std::size_t i = 8; i-- > 0;) {
      field = field << 8 | static_cast<unsigned char>(file[start + i]);
      bytes.insert(start + i);
    }
    const std::uint64_t length = field & ((std::uint64_t{1} << 56) - 1);
    start += 8 + length + (field >> 56 & 7);
  }
  return bytes;
}

TEST_F(EtcdWalOfACluster, AFlippedByteInTheMiddleIsCorruption) {
  const auto lengths = LengthBytes(files_[0], Written(files_[0]));
  ASSERT_GT(lengths.size(), 80U);
  for (std::size_t at = 40; at < Written(files_[0]) - 400; ++at) {
    std::string file = files_[0];
    if (file[at] == '\0') continue;  // it may be padding, which nobody reads
    file[at] = static_cast<char>(file[at] ^ 1);
    const PersistedLog log = ParseEtcdWal("node1", {file});
    // A length that became too long ends where nothing was written: torn.
    const bool torn = lengths.contains(at) && log.torn_tail;
    EXPECT_TRUE(log.corruption || torn)
        << at << " of " << Written(file) << ", was "
        << static_cast<int>(files_[0][at]);
    EXPECT_TRUE(torn || !log.torn_tail) << at;
  }
}

TEST_F(EtcdWalOfACluster, SectorsThatWereNotWrittenAreATornTail) {
  std::string file = files_[0];
  // So many bytes hold an entry at least, not only a vote.
  const std::size_t sector = (Written(file) - 600) / 512 * 512;
  std::fill(file.begin() + static_cast<std::ptrdiff_t>(sector), file.end(),
            '\0');
  const PersistedLog log = ParseEtcdWal("node1", {file});
  EXPECT_EQ(log.corruption, std::nullopt);
  EXPECT_LT(log.entries.size(), logs_[0].entries.size());
}

TEST_F(EtcdWalOfACluster, AFileThatIsNoneIsCorruption) {
  EXPECT_TRUE(ParseEtcdWal("n", {}).corruption);
  EXPECT_TRUE(ParseEtcdWal("n", {std::string(4096, '\0')}).corruption);
  EXPECT_TRUE(ParseEtcdWal("n", {std::string(4096, 'x')}).corruption ||
              ParseEtcdWal("n", {std::string(4096, 'x')}).torn_tail);
  // Not the last file: nothing is written after a torn record.
  const std::string torn = files_[0].substr(0, Written(files_[0]) - 9);
  EXPECT_TRUE(ParseEtcdWal("n", {torn, files_[0]}).corruption);
  EXPECT_THAT([] { ReadEtcdMember("node1", "/nowhere"); },
              ThrowsMessage<UsageError>(HasSubstr("node1: no WAL in")));
}

// A member that makes snapshots, and one that gets them.
TEST(EtcdWal, ReadsOnFromASnapshot) {
  LocalEtcd etcd(3, {.snapshot_count = 10});
  const auto client = etcd.client(etcd.WaitForLeader());
  for (int i = 0; i < 40; ++i) {
    ASSERT_EQ(client->Put("a", std::to_string(i), Soon()).outcome,
              Outcome::kOk);
  }
  etcd.WaitForEqualRevisions();
  const auto member =
      std::filesystem::path(etcd.at(1).config.data_directory) / "member";
  etcd.at(1).child->Kill();
  const PersistedLog log = ReadEtcdMember("node1", member);
  EXPECT_EQ(log.corruption, std::nullopt);
  EXPECT_TRUE(log.changes_known);
  EXPECT_EQ(log.entries.back().revision, 41);
  std::filesystem::path newest;
  for (const auto& file :
       std::filesystem::directory_iterator(member / "snap")) {
    if (file.path().extension() == ".snap") {
      newest = std::max(newest, file.path());
    }
  }
  ASSERT_FALSE(newest.empty());
  std::string text = ReadFile(newest);
  const EtcdSnapshotFile snapshot = ParseEtcdSnapshot(text);
  EXPECT_EQ(snapshot.damage, "");
  EXPECT_GE(snapshot.index, 30u);
  EXPECT_LE(snapshot.index, log.last_index());
  EXPECT_EQ(snapshot.term, log.Find(snapshot.index)->term);
  text[text.size() / 2] ^= 1;
  EXPECT_THAT(ParseEtcdSnapshot(text).damage, Not(IsEmpty()));
  WriteFileAtomically(newest, text);
  EXPECT_THAT(ReadEtcdMember("node1", member).corruption.value_or(""),
              HasSubstr(newest.filename().string()));
}

}  // namespace
}  // namespace faultline
