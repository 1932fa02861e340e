#include <fmt/format.h>

#include "harness/fault_test.h"

namespace faultline {
namespace {

using std::chrono_literals::operator""s;

constexpr char kFile[] = "/var/lib/state/file";

class DiskFaults : public FaultTest {
 protected:
  // One block of the file, past the guest's page cache.
  static std::string DirectRead() {
    return fmt::format("dd if={} of=/dev/null bs=4096 count=1 iflag=direct",
                       kFile);
  }
  static std::string DirectWrite() {
    return fmt::format(
        "dd if=/dev/zero of={} bs=4096 count=1 oflag=direct conv=notrunc",
        kFile);
  }
  static std::string SyncedWrite() {
    return fmt::format("dd if=/dev/zero of={} bs=4096 count=1 conv=fsync",
                       kFile);
  }
  // What it says when it fails; empty if it does not.
  std::string Complaint(const std::string& command) {
    const CommandResult result = node(1).Execute(command, Within(20s));
    return result.Succeeded() ? "" : "failed: " + result.standard_error;
  }
  // By the guest's own clock.
  double SecondsOf(const std::string& command) {
    const std::string span = "begin=$(date +%s%N); { " + command +
                             "; } 2>/dev/null; "
                             "echo $(($(date +%s%N) - begin))";
    return std::stod(Run(node(1), span)) / 1e9;
  }
};

TEST_F(DiskFaults, FullDiskHasNoRoomForAnotherProcess) {
  FormCluster(1);
  ActiveFault full = Inject("disk-full", {&node(1)});
  EXPECT_THAT(Complaint(SyncedWrite()),
              testing::HasSubstr("No space left on device"));

  full.Heal(Within(20s));
  full.WaitForRecovery(Within(60s));
  EXPECT_EQ(Complaint("head -c 100M /dev/zero > " + std::string(kFile)), "");
  store().WaitForLeader(Within(60s));
  EXPECT_EQ(Put(node(1)).outcome, Outcome::kOk);
}

TEST_F(DiskFaults, ReadErrorsLeaveWritesAlone) {
  BootNodes(1);
  Run(node(1), SyncedWrite());
  ActiveFault errors =
      Inject("disk-errors", {&node(1)}, {{"operations", "read"}});
  EXPECT_THAT(Complaint(DirectRead()),
              testing::HasSubstr("Input/output error"));
  EXPECT_EQ(Complaint(DirectWrite()), "");

  errors.Heal(Within(20s));
  EXPECT_EQ(Complaint(DirectRead()), "");
}

TEST_F(DiskFaults, WriteErrorsLeaveReadsAlone) {
  BootNodes(1);
  Run(node(1), SyncedWrite());
  ActiveFault errors =
      Inject("disk-errors", {&node(1)}, {{"operations", "write"}});
  EXPECT_EQ(Complaint(DirectRead()), "");
  EXPECT_THAT(Complaint(DirectWrite()),
              testing::HasSubstr("Input/output error"));

  errors.Heal(Within(20s));
  EXPECT_EQ(Complaint(DirectWrite()), "");
}

TEST_F(DiskFaults, FileSystemThatGaveUpAfterErrorsIsMountedAnew) {
  FormCluster(1);
  ASSERT_EQ(Put(node(1)).outcome, Outcome::kOk);
  ActiveFault errors = Inject("disk-errors", {&node(1)});
  EXPECT_NE(Put(node(1)).outcome, Outcome::kOk);
  EXPECT_NE(Complaint(SyncedWrite()), "");
  Eventually(Within(20s), "the file system gives up", [&] {
    const std::string name = "/var/lib/state/directory";
    return !Complaint("mkdir " + name + " && rmdir " + name).empty();
  });

  errors.Heal(Within(30s));
  errors.WaitForRecovery(Within(60s));
  store().WaitForLeader(Within(60s));
  EXPECT_EQ(Put(node(1)).outcome, Outcome::kOk);
  EXPECT_EQ(Complaint(SyncedWrite()), "");
}

TEST_F(DiskFaults, SlowDiskServesSoManyRequestsASecond) {
  BootNodes(1);
  // Ten requests, one after the other.
  const std::string writes = fmt::format(
      "dd if=/dev/zero of={} bs=4096 count=10 oflag=direct conv=notrunc",
      kFile);
  Run(node(1), writes + " 2>&1 && sync");
  EXPECT_LT(SecondsOf(writes), 1.0);
  ActiveFault slow = Inject("disk-slow", {&node(1)}, {{"per_second", "5"}});
  const double took = SecondsOf(writes);
  EXPECT_GT(took, 1.7);
  EXPECT_LT(took, 3.0);

  slow.Heal(Within(20s));
  EXPECT_LT(SecondsOf(writes), 1.0);
}

TEST_F(DiskFaults, StalledWriteEndsWellOnceHealed) {
  BootNodes(1);
  ActiveFault stalled = Inject("disk-stalled", {&node(1)});
  Run(node(1), fmt::format("(echo kept > {0} && sync {0} && touch /run/synced) "
                           ">/dev/null 2>&1 &",
                           kFile));
  EXPECT_NE(node(1)
                .Execute("for i in 1 2 3 4 5 6 7 8 9 10; do sleep 0.3; "
                         "test ! -e /run/synced || exit 0; done; exit 1",
                         Within(20s))
                .exit_code,
            0);

  stalled.Heal(Within(20s));
  Eventually(Within(20s), "the write ends", [&] {
    return node(1).Execute("test -e /run/synced", Within(5s)).Succeeded();
  });
  EXPECT_EQ(Run(node(1),
                "echo 3 > /proc/sys/vm/drop_caches; cat " + std::string(kFile)),
            "kept\n");
}

// The file system of the state lies on a disk of the guest's own, which no
// fault of QEMU's reaches: whatever such a fault does, nobody sees it.
class DiskFaultsElsewhere : public DiskFaults {
 protected:
  void BootWithStateElsewhere() {
    BootNodes(1);
    Run(node(1),
        "modprobe loop && truncate -s 32M /run/disk && mke2fs -q -t ext4 "
        "/run/disk && "
        "umount /var/lib/state && mount -o loop /run/disk /var/lib/state");
  }
  // Ends sooner than StoreTest::Inject if what it waits for does not come.
  ActiveFault Inject(const std::string& fault) {
    return InjectFault(fault_context(), recorder(), ParseFaultSpec(fault),
                       Within(4s));
  }
  void ExpectNoEffect(const std::string& fault) {
    EXPECT_THROW(Inject(fault), NoEffectError);
    EXPECT_THROW(Inject(fault), NoEffectError)
        << "the first one was not healed";
  }
};

TEST_F(DiskFaultsElsewhere, ReadErrorsHaveNoEffect) {
  BootWithStateElsewhere();
  ExpectNoEffect("disk-errors node1 operations=read");
}

TEST_F(DiskFaultsElsewhere, WriteErrorsHaveNoEffect) {
  BootWithStateElsewhere();
  ExpectNoEffect("disk-errors node1 operations=write");
}

TEST_F(DiskFaultsElsewhere, SlowDiskHasNoEffect) {
  BootWithStateElsewhere();
  ExpectNoEffect("disk-slow node1");
}

TEST_F(DiskFaultsElsewhere, StalledDiskHasNoEffect) {
  BootWithStateElsewhere();
  ExpectNoEffect("disk-stalled node1");
}

// What was to fill the state's disk fills another one.
TEST_F(DiskFaultsElsewhere, FullDiskHasNoEffect) {
  BootNodes(1);
  Run(node(1),
      "mkdir /run/elsewhere && mount -t tmpfs -o size=1M none /run/elsewhere "
      "&& ln -s /run/elsewhere /var/lib/state/.faultline-filler");
  EXPECT_THROW(Inject("disk-full node1"), NoEffectError);
  EXPECT_EQ(Complaint(SyncedWrite()), "");
}

}  // namespace
}  // namespace faultline
