#include <atomic>
#include <stop_token>
#include <string>
#include <thread>

#include "faultline/service/etcd.h"
#include "faultline/vm/volatile_disk.h"
#include "harness/fault_test.h"

namespace faultline {
namespace {

using std::chrono_literals::operator""s;
using testing::MatchesRegex;

constexpr std::size_t kSectors = 2048;

class UnflushedPowerCut : public FaultTest {
 protected:
  // A flushed file of old sectors is overwritten with new ones, block by block
  // past the guest's page cache and without a flush; then the power goes.
  // Returns "o" or "n" for each sector that is there after power-on.
  std::string OverwriteAndCut(KeptWrites kept) {
    BootNodes(1);
    Run(node(1),
        "head -c 1M /dev/zero | tr '\\0' n >/run/new; cd /var/lib/state; "
        "head -c 1M /dev/zero | tr '\\0' o >file; sync");
    VolatileDisk disk(node(1).machine());
    disk.Begin(Within(20s));
    Run(node(1),
        "dd if=/run/new of=/var/lib/state/file bs=4096 oflag=direct "
        "conv=notrunc");
    disk.Stop(Within(5s));
    EXPECT_GE(disk.UnflushedWrites().value_or(0), kSectors / 8);
    node(1).PowerCut();
    loss_ = disk.Lose(kept, run().seed);
    disk.End(Within(5s));
    node(1).Start(Within(90s));
    return Run(node(1),
               "fold -b -w 512 /var/lib/state/file | cut -c 1 | tr -d '\\n'");
  }
  const WriteLoss& loss() const { return loss_; }

 private:
  WriteLoss loss_;
};

TEST_F(UnflushedPowerCut, LosesWhatWasNotFlushedAndKeepsWhatWas) {
  EXPECT_EQ(OverwriteAndCut(KeptWrites::kNone), std::string(kSectors, 'o'));
  EXPECT_GE(loss().dropped, kSectors / 8);
  EXPECT_GE(loss().dropped_bytes, kSectors * 512);
}

TEST_F(UnflushedPowerCut, KeepsThePrefixOfWhatWasNotFlushed) {
  const std::string sectors = OverwriteAndCut(KeptWrites::kPrefix);
  EXPECT_EQ(sectors.size(), kSectors);
  EXPECT_THAT(sectors, MatchesRegex("n*o+"));
  EXPECT_EQ(sectors.find('o') % 8, 0U) << "a write was torn";
}

TEST_F(UnflushedPowerCut, TearsTheWriteAfterThePrefix) {
  const std::string sectors = OverwriteAndCut(KeptWrites::kTorn);
  EXPECT_EQ(sectors.size(), kSectors);
  EXPECT_THAT(sectors, MatchesRegex("n*o+"));
  EXPECT_NE(sectors.find('o') % 8, 0U) << "no write was torn";
}

TEST_F(UnflushedPowerCut, HasNoEffectOnADiskThatNobodyWrites) {
  BootNodes(1);
  Run(node(1), "sync");
  EXPECT_THROW(Inject("power-cut-unflushed", {&node(1)}, {{"window", "500ms"}}),
               NoEffectError);
  EXPECT_EQ(Run(node(1),
                "cd /var/lib/state; echo kept >file && sync file && "
                "cat file"),
            "kept\n");
}

// A cluster of one member, which acknowledges each write alone.
class OnlyMember : public StoreTest {
 protected:
  explicit OnlyMember(const EtcdOptions& options)
      : StoreTest({.role = "ChainFire",
                   .ports = {kEtcdClientPort},
                   .capabilities = EtcdCapabilities(),
                   .make = [options](Cluster& cluster) {
                     return MakeEtcdStore(cluster, options);
                   }}) {}

  // How many acknowledged writes are gone after a power cut; all of them, if
  // the member does not come back with what its disk holds.
  int WritesLostByAPowerCut() {
    FormCluster(1);
    Node& node = cluster().node(1);
    std::atomic<int> acknowledged = 0;
    std::jthread writer([&](const std::stop_token& stop) {
      const auto client = store().Connect(node);
      for (int i = 1; !stop.stop_requested(); ++i) {
        const auto put = client->Put("key", std::to_string(i), Within(3s));
        if (put.outcome == Outcome::kOk) acknowledged = i;
      }
    });
    Eventually(Within(20s), "the member acknowledges writes",
               [&] { return acknowledged >= 20; });
    ActiveFault cut = Inject("power-cut-unflushed", {&node});
    writer.request_stop();
    writer.join();
    return acknowledged - LastWrite(node, cut);
  }

 private:
  int LastWrite(Node& node, ActiveFault& cut) {
    cut.Heal(Within(90s));
    try {
      cut.WaitForRecovery(Within(6s));
      store().WaitForLeader(Within(20s));
    } catch (const Error&) {
      return 0;
    }
    const auto read =
        store().Connect(node)->Get("key", ReadMode::kLinearizable, Within(10s));
    return std::stoi(read.value.value_or("0"));
  }
};

class OnlyMemberWithFsync : public OnlyMember {
 protected:
  OnlyMemberWithFsync() : OnlyMember(EtcdOptions{}) {}
};

class OnlyMemberWithoutFsync : public OnlyMember {
 protected:
  OnlyMemberWithoutFsync() : OnlyMember({.unsafe_no_fsync = true}) {}
};

// The last write may have been applied without an answer: that is no loss.
TEST_F(OnlyMemberWithFsync, LosesNothingItAcknowledgedInAPowerCut) {
  EXPECT_LE(WritesLostByAPowerCut(), 0);
}

TEST_F(OnlyMemberWithoutFsync, LosesWhatItAcknowledgedInAPowerCut) {
  EXPECT_GT(WritesLostByAPowerCut(), 0);
}

}  // namespace
}  // namespace faultline
