#include "faultline/vm/disk_filter.h"

#include <gmock/gmock.h>

#include <fstream>

#include "faultline/base/error.h"
#include "faultline/base/files.h"
#include "support/fake_qemu.h"

namespace faultline {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

Deadline Soon() { return Deadline::After(std::chrono::seconds(10)); }

// A machine on a fake QEMU that writes down what it is asked of its disks and
// refuses what holds the word `refused`.
struct Rig {
  explicit Rig(const std::string& refused = "nothing")
      : heard(scratch.Write("heard", "")),
        qemu("",
             "*" + refused +
                 "*) say '{\"error\": {\"class\": \"GenericError\", "
                 "\"desc\": \"no\"}, \"id\": '$id'}' ;;\n"
                 "*block*|*qom-set*|*object-*) printf '%s\\n' \"$line\" >>" +
                 heard.string() +
                 "; say '{\"return\": {}, \"id\": '$id'}' ;;\n"),
        machine(warden, Options()),
        filter(machine) {
    machine.PowerOn(Soon());
  }

  MachineOptions Options() const {
    MachineOptions options;
    options.name = "node1";
    options.directory = scratch.path();
    return options;
  }
  std::vector<std::string> Heard() const {
    std::ifstream file(heard);
    std::vector<std::string> lines;
    for (std::string line; std::getline(file, line);) lines.push_back(line);
    return lines;
  }

  ScratchDirectory scratch;
  std::filesystem::path heard;
  FakeQemu qemu;
  Warden warden;
  Machine machine;
  DiskFilter filter;
};

testing::Matcher<std::string> Puts(const std::string& node) {
  return AllOf(HasSubstr("qom-set"), HasSubstr("\"value\":\"" + node + "\""));
}

TEST(DiskFilter, IsPutUnderTheDeviceAndTakenAway) {
  Rig rig;
  rig.filter.Stall(Soon());
  rig.filter.Remove(Soon());
  rig.filter.Remove(Soon());
  EXPECT_THAT(rig.Heard(),
              ElementsAre(HasSubstr("object-add"), HasSubstr("blockdev-add"),
                          Puts("state-filter"), Puts("state"),
                          HasSubstr("blockdev-del"), HasSubstr("object-del")));
}

TEST(DiskFilter, FailsTheRequestsThatItWasToldTo) {
  Rig rig;
  rig.filter.FailRequests(DiskOperations::kRead, Soon());
  rig.filter.Remove(Soon());
  rig.filter.FailRequests(DiskOperations::kWrite, Soon());
  const std::string reads = "\"iotype\":\"read\"";
  const std::string flushes = "\"iotype\":\"flush\"";
  EXPECT_THAT(rig.Heard().at(0),
              AllOf(HasSubstr(reads), Not(HasSubstr(flushes))));
  EXPECT_THAT(rig.Heard().at(4),
              AllOf(HasSubstr(flushes), Not(HasSubstr(reads))));
}

TEST(DiskFilter, UndoesWhatItHadDoneWhenItWasRefused) {
  Rig rig("blockdev-add");
  EXPECT_THROW(rig.filter.LimitRequests(5, Soon()), MachineError);
  rig.filter.Remove(Soon());
  EXPECT_THAT(rig.Heard(),
              ElementsAre(HasSubstr("object-add"), HasSubstr("object-del")));
}

TEST(DiskFilter, LeavesAnotherFilterAlone) {
  Rig rig("blockdev-add");
  EXPECT_THROW(rig.filter.LogWrites("/log", Soon()), MachineError);
  rig.filter.Remove(Soon());
  EXPECT_THAT(rig.Heard(), IsEmpty());
}

TEST(DiskFilter, IsGoneWithItsQemu) {
  Rig rig;
  rig.filter.Stall(Soon());
  rig.machine.PowerCut();
  rig.machine.PowerOn(Soon());
  rig.filter.Remove(Soon());
  EXPECT_THAT(rig.Heard(), SizeIs(3));
  rig.filter.Stall(Soon());
  EXPECT_THAT(rig.Heard(), SizeIs(6));
}

TEST(DiskFilter, IsOneAtATime) {
  Rig rig;
  rig.filter.Stall(Soon());
  EXPECT_THROW(rig.filter.Stall(Soon()), UsageError);
}

}  // namespace
}  // namespace faultline
