#include "faultline/cluster/checkpoint_cache.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <fstream>
#include <thread>

#include "faultline/base/error.h"
#include "faultline/base/files.h"
#include "faultline/base/temporary_directory.h"
#include "faultline/cluster/checkpoint_files.h"

namespace faultline {
namespace {

namespace fs = std::filesystem;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;
using testing::HasSubstr;
using testing::ThrowsMessage;

class Checkpoints : public testing::Test {
 protected:
  CheckpointLease Get(const CheckpointKey& key = {.name = "guest",
                                                  .text = "a",
                                                  .machines = 2,
                                                  .memory_mib = 1}) {
    return cache_.Get(
        key, [this](const fs::path& directory) { Fill(directory); },
        Deadline::After(10s));
  }

  void Fill(const fs::path& directory) {
    ++made_;
    for (const char* node : {"node1", "node2"}) {
      fs::create_directory(directory / node);
      for (const char* file : {"memory", "devices", "state.raw"})
        std::ofstream(directory / node / file) << node << file;
    }
    for (const std::string& disk : disks_)
      std::ofstream(directory / disk) << disk;
  }

  // As a disk would damage it: nothing in the file's status tells.
  void MakeUnchecked(const CheckpointLease& lease) {
    fs::remove(lease.checkpoint.directory / "checked");
  }

  TemporaryDirectory scratch_;
  CheckpointCache cache_{scratch_.path() / "checkpoints"};
  std::atomic<int> made_ = 0;
  std::vector<std::string> disks_;  // beside the nodes' state disks
};

TEST_F(Checkpoints, AreWholeOnlyWithAllDisksOfTheirKey) {
  disks_ = {"node2/disk-data.raw", "shared-lun.raw"};
  const CheckpointKey key{.name = "guest",
                          .text = "a",
                          .machines = 2,
                          .memory_mib = 1,
                          .disks = disks_};
  const fs::path place = Get(key).checkpoint.directory;
  Get(key);
  EXPECT_EQ(made_, 1);
  fs::remove(place / "shared-lun.raw");
  Get(key);
  EXPECT_EQ(made_, 2);
  std::ofstream(place / "node2/disk-data.raw") << "other";
  Get(key);
  EXPECT_EQ(made_, 3);
}

TEST_F(Checkpoints, AreMadeOnceAndFoundAgain) {
  const fs::path first = Get().checkpoint.directory;
  const CheckpointLease second = Get();
  EXPECT_EQ(made_, 1);
  EXPECT_EQ(second.checkpoint.directory, first);
  EXPECT_EQ(ReadFile(second.checkpoint.machine(2).memory()), "node2memory");
}

TEST_F(Checkpoints, OfAnotherKeyAreOthers) {
  const fs::path first = Get().checkpoint.directory;
  EXPECT_NE(Get({.name = "guest", .text = "b", .machines = 2, .memory_mib = 1})
                .checkpoint.directory,
            first);
  EXPECT_EQ(made_, 2);
}

TEST_F(Checkpoints, AreMadeOnceHoweverManyAskTogether) {
  std::vector<std::jthread> threads;
  for (int i = 0; i < 8; ++i) threads.emplace_back([this] { Get(); });
  threads.clear();
  EXPECT_EQ(made_, 1);
}

TEST_F(Checkpoints, WithAChangedFileAreMadeAnew) {
  const fs::path memory = Get().checkpoint.machine(1).memory();
  std::ofstream(memory) << "node1Memory";
  Get();
  EXPECT_EQ(made_, 2);
  EXPECT_EQ(ReadFile(memory), "node1memory");
}

TEST_F(Checkpoints, ThatLackAFileAreMadeAnew) {
  fs::remove(Get().checkpoint.machine(2).devices());
  Get();
  EXPECT_EQ(made_, 2);
}

TEST_F(Checkpoints, AreHashedAgainAfterTheHostBooted) {
  const CheckpointLease lease = Get();
  MakeUnchecked(lease);
  Get();
  EXPECT_EQ(made_, 1);
  EXPECT_TRUE(fs::exists(lease.checkpoint.directory / "checked"));
}

TEST_F(Checkpoints, WithAForeignDescriptionAreMadeAnew) {
  WriteFileAtomically(Get().checkpoint.directory / "checkpoint.json",
                      R"({"key": "another host's", "files": {}})");
  Get();
  EXPECT_EQ(made_, 2);
}

TEST_F(Checkpoints, WhoseMakingFailsLeaveNothing) {
  const auto fail = [](const fs::path& directory) {
    std::ofstream(directory / "half") << "made";
    throw MachineError("the guest did not boot");
  };
  EXPECT_THAT(
      [&] {
        cache_.Get({.name = "guest", .text = "a"}, fail, Deadline::After(5s));
      },
      ThrowsMessage<MachineError>(HasSubstr("did not boot")));
  for (const auto& entry :
       fs::directory_iterator(scratch_.path() / "checkpoints"))
    EXPECT_FALSE(entry.is_directory()) << entry.path();
}

// A wait takes these two for "not yet": the cluster would be booted again and
// again until the deadline.
TEST_F(Checkpoints, WhoseMakingFailsAreNotMadeAgain) {
  const auto failing = [&](auto error) {
    return [&, error](const fs::path&) {
      ++made_;
      throw error;
    };
  };
  const CheckpointKey key{.name = "guest", .text = "a"};
  EXPECT_THAT(
      [&] {
        cache_.Get(key, failing(CommandError("etcd has failed")),
                   Deadline::After(5s));
      },
      ThrowsMessage<CommandError>("etcd has failed"));
  EXPECT_THAT(
      [&] {
        cache_.Get(key, failing(TimeoutError("no leader")),
                   Deadline::After(5s));
      },
      ThrowsMessage<TimeoutError>("no leader"));
  EXPECT_EQ(made_, 2);
}

TEST_F(Checkpoints, WhoseMakerWasKilledAreMadeByTheNext) {
  const pid_t child = ::fork();
  if (child == 0) {
    cache_.Get(
        {.name = "guest", .text = "a", .machines = 2, .memory_mib = 1},
        [](const fs::path& directory) {
          std::ofstream(directory / "half") << "made";
          ::_exit(0);
        },
        Deadline::After(5s));
  }
  ::waitpid(child, nullptr, 0);
  const CheckpointLease lease = Get();
  EXPECT_EQ(made_, 1);
  EXPECT_FALSE(fs::exists(lease.checkpoint.directory / "half"));
}

TEST_F(Checkpoints, ThatSomebodyElseStillMakesAreAwaitedUntilTheDeadline) {
  std::atomic<bool> making = false;
  std::atomic<bool> waited = false;
  std::jthread maker([&] {
    cache_.Get(
        {.name = "guest", .text = "a", .machines = 2, .memory_mib = 1},
        [&](const fs::path& directory) {
          making = true;
          waited.wait(false);
          Fill(directory);
        },
        Deadline::After(10s));
  });
  while (!making) std::this_thread::yield();
  CheckpointCache other(scratch_.path() / "checkpoints");
  EXPECT_THAT(
      [&] {
        other.Get(
            {.name = "guest", .text = "a", .machines = 2, .memory_mib = 1},
            [](const fs::path&) {}, Deadline::After(50ms));
      },
      ThrowsMessage<TimeoutError>(HasSubstr("another process makes it")));
  waited = true;
  waited.notify_all();
}

TEST_F(Checkpoints, ThatTheDiskHasNoRoomForAreRefused) {
  constexpr int kTooMuch = 1 << 30;
  EXPECT_THAT(
      [&] {
        Get({.name = "guest",
             .text = "a",
             .machines = 2,
             .memory_mib = kTooMuch});
      },
      ThrowsMessage<NoCheckpointsError>(
          HasSubstr("no room for a checkpoint in")));
  EXPECT_EQ(made_, 0);
}

TEST_F(Checkpoints, ThatCannotBeSharedAreRefused) {
  EXPECT_THAT(
      [] {
        internal::RequireRoomFor({.name = "guest", .text = "a"}, "/proc/self");
      },
      ThrowsMessage<NoCheckpointsError>(HasSubstr("its file system lacks")));
}

TEST_F(Checkpoints, AreRemovedWhenThereAreManyButNotWhileLeased) {
  const auto key = [](int number) {
    return CheckpointKey{.name = "guest",
                         .text = std::to_string(number),
                         .machines = 2,
                         .memory_mib = 1};
  };
  const CheckpointLease first = Get(key(0));
  const fs::path second = Get(key(1)).checkpoint.directory;
  for (int number = 2; number < 14; ++number) Get(key(number));
  EXPECT_TRUE(fs::exists(first.checkpoint.directory));
  EXPECT_FALSE(fs::exists(second));
}

}  // namespace
}  // namespace faultline
