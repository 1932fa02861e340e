#include "service.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <string>
#include <thread>

#include "support/scratch_directory.h"
#include "system.h"

namespace {

namespace fs = std::filesystem;

// With a `systemctl` of its own, which keeps what it was asked.
class GuestService : public testing::Test {
 protected:
  void SetUp() override {
    WriteFile(directory_.path() / "systemctl",
              "#!/bin/sh\necho \"$*\" >>" + Log() + "\n", 0755);
    path_ = std::getenv("PATH");
    ::setenv("PATH", (directory_.path().string() + ":" + path_).c_str(), 1);
  }
  void TearDown() override { ::setenv("PATH", path_.c_str(), 1); }

  std::string Log() const { return directory_.path() / "asked"; }
  fs::path State() const { return directory_.path() / "state"; }
  std::string Configuration() const { return State() / "a.conf"; }
  void Renew(const std::string& text) const {
    RenewState("a.service", Configuration(), text, directory_.path());
  }
  static int ModeOf(const fs::path& path) {
    struct stat status{};
    EXPECT_EQ(::stat(path.c_str(), &status), 0);
    return static_cast<int>(status.st_mode & 07777);
  }

  const faultline::ScratchDirectory directory_;

 private:
  std::string path_;
};

TEST_F(GuestService, BeginsWithItsConfigurationAlone) {
  Renew("name: a\n");
  EXPECT_EQ(ReadFile(Configuration()), "name: a\n");
  EXPECT_FALSE(fs::exists(Log())) << "nothing ran that could be stopped";
}

TEST_F(GuestService, KeepsItsStateFromOthers) {
  Renew("name: a\n");
  EXPECT_EQ(ModeOf(State()), 0700);
  EXPECT_EQ(ModeOf(Configuration()), 0600);
}

TEST_F(GuestService, IsStoppedBeforeItsEarlierStateGoes) {
  fs::create_directories(State() / "data");
  WriteFile(State() / "data" / "log", "of an earlier cluster", 0600);
  Renew("name: a\n");
  EXPECT_EQ(ReadFile(Log()), "stop a.service\n");
  EXPECT_FALSE(fs::exists(State() / "data"));
  EXPECT_EQ(ReadFile(Configuration()), "name: a\n");
}

TEST_F(GuestService, ThatCannotBeStoppedKeepsItsState) {
  WriteFile(directory_.path() / "systemctl", "#!/bin/sh\nexit 1\n", 0755);
  fs::create_directories(State() / "data");
  EXPECT_THROW(Renew(""), Failure);
  EXPECT_TRUE(fs::exists(State() / "data"));
}

// All in the directory is lost: what a mistaken path names must not be.
TEST_F(GuestService, OutsideOfTheStateIsRefused) {
  const fs::path root = directory_.path() / "root";
  fs::create_directories(root);
  fs::create_directories(State() / "data");
  fs::create_directory_symlink(State(), root / "link");
  for (const std::string& path :
       {Configuration(), (root / "a.conf").string(),
        (root / ".." / "state" / "a.conf").string(),
        (root / "link" / "a.conf").string(), root.string() + "2/a.conf",
        std::string("a.conf"), std::string("/a.conf"), std::string()}) {
    EXPECT_THROW(RenewState("a.service", path, "", root), Failure) << path;
  }
  EXPECT_THROW(RenewState("a.service", "/etc/a.conf", ""), Failure);
  EXPECT_TRUE(fs::exists(State() / "data"));
  EXPECT_FALSE(fs::exists(root.string() + "2"));
  EXPECT_FALSE(fs::exists(Log())) << "nothing is stopped either";
}

TEST_F(GuestService, WaitsAtTheGateForItsConfiguration) {
  Renew("name: a\n");
  PutGateBefore(Configuration());
  std::string read;
  std::jthread service([&] { read = ReadFile(Configuration()); });
  EXPECT_TRUE(OpenGate(Configuration(), 20'000));
  service.join();
  EXPECT_EQ(read, "name: a\n");
}

TEST_F(GuestService, FindsItsConfigurationWithoutAGateLater) {
  Renew("name: a\n");
  PutGateBefore(Configuration());
  std::jthread service([&] { ReadFile(Configuration()); });
  EXPECT_TRUE(OpenGate(Configuration(), 20'000));
  service.join();
  EXPECT_TRUE(OpenGate(Configuration(), 20)) << "asked again";
  EXPECT_TRUE(fs::is_regular_file(Configuration()));
  EXPECT_EQ(ReadFile(Configuration()), "name: a\n");
  EXPECT_EQ(ModeOf(Configuration()), 0600);
  EXPECT_EQ(std::distance(fs::directory_iterator(State()), {}), 1)
      << "nothing of the gate is left";
}

TEST_F(GuestService, GateThatNobodyComesToStays) {
  Renew("name: a\n");
  PutGateBefore(Configuration());
  EXPECT_FALSE(OpenGate(Configuration(), 20));
  EXPECT_TRUE(fs::is_fifo(Configuration()));
  std::jthread service([&] { ReadFile(Configuration()); });
  EXPECT_TRUE(OpenGate(Configuration(), 20'000));
}

TEST_F(GuestService, GateBeforeNothingIsRefused) {
  EXPECT_THROW(PutGateBefore(Configuration()), std::exception);
  EXPECT_THROW(OpenGate(Configuration(), 20), Failure);
}

TEST_F(GuestService, FileThatComesIsSeen) {
  const std::string file = directory_.path() / "file";
  std::jthread maker([&] { WriteFile(file, "", 0600); });
  EXPECT_TRUE(WaitForFile(file, 20'000));
}

TEST_F(GuestService, FileThatDoesNotComeIsMissing) {
  EXPECT_FALSE(WaitForFile(directory_.path() / "file", 20));
}

}  // namespace
