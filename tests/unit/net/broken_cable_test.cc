#include <gmock/gmock.h>

#include <filesystem>
#include <memory>
#include <string>

#include "faultline/base/error.h"
#include "faultline/base/program_path.h"
#include "faultline/net/network.h"
#include "faultline/net/vde_switch.h"
#include "support/scratch_directory.h"
#include "support/vde_plug.h"

namespace faultline {
namespace {

namespace fs = std::filesystem;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::ThrowsMessage;

constexpr int kArrives = 5000;  // milliseconds

// A host with a vde_switch and whatever `wirefilter` is.
class BrokenCable : public testing::Test {
 protected:
  explicit BrokenCable(const std::string& wirefilter = "") {
    fs::create_symlink(RequireProgram("vde_switch"),
                       programs_.path() / "vde_switch");
    fs::create_symlink("/bin/sh", programs_.path() / "sh");
    if (!wirefilter.empty()) programs_.WriteProgram("wirefilter", wirefilter);
    path_ = std::make_unique<ScopedVariable>("PATH", programs_.path());
    warden_ = std::make_unique<Warden>();
    switch_ = std::make_unique<VdeSwitch>(*warden_, scratch_.path(),
                                          Deadline::After(seconds(10)));
    network_ = std::make_unique<Network>(*warden_, *switch_, 2);
  }

  void ExpectHealed() {
    VdePlug one(switch_->plug_directory(), 1);
    VdePlug two(switch_->plug_directory(), 2);
    one.Broadcast("hello");
    EXPECT_EQ(two.Receive(kArrives), "hello");
    EXPECT_TRUE(network_->Joined(1, 2));
    EXPECT_FALSE(network_->HasCable(1));
  }

  ScratchDirectory scratch_;
  ScratchDirectory programs_;
  std::unique_ptr<ScopedVariable> path_;
  std::unique_ptr<Warden> warden_;
  std::unique_ptr<VdeSwitch> switch_;
  std::unique_ptr<Network> network_;
};

TEST_F(BrokenCable, WithoutWirefilterIsNotInserted) {
  EXPECT_THAT([&] { network_->InsertCable(1, {}); },
              ThrowsMessage<UsageError>(HasSubstr(
                  "wirefilter: program not found in PATH (`./faultline`")));
  ExpectHealed();
}

class CableThatEndsAtOnce : public BrokenCable {
 protected:
  CableThatEndsAtOnce() : BrokenCable("echo 'no plug for you'; exit 1\n") {}
};

TEST_F(CableThatEndsAtOnce, IsNotInserted) {
  EXPECT_THAT([&] { network_->InsertCable(1, {}); },
              ThrowsMessage<MachineError>(
                  "node1: its cable: wirefilter ended with exit code 1: "
                  "no plug for you"));
  ExpectHealed();
}

}  // namespace
}  // namespace faultline
