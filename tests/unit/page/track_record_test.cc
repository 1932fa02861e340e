#include "faultline/page/track_record.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "faultline/base/error.h"
#include "faultline/base/files.h"
#include "support/scratch_directory.h"
#include "support/throws.h"

namespace faultline {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string Defect(const std::string& name, bool found_here, int shown) {
  return R"({"name":")" + name +
         R"(","what":"a | b <i>","version":"etcd 3.4",)" + R"("found_here":)" +
         (found_here ? "true" : "false") + R"(,"shown":)" +
         std::to_string(shown) +
         R"(,"runs":10,"seconds_to_detection":21.4,"property":"watch: x",)"
         R"("fixed":"3.5"})";
}

class TrackRecordTest : public testing::Test {
 protected:
  // As a run directory holds it.
  void Leave(const std::string& run, const std::string& name,
             const std::string& content) {
    std::filesystem::create_directories(runs_.path() / run);
    WriteFileAtomically(runs_.path() / run / name, content);
  }
  std::string Taken() {
    TakeTrackRecord(runs_.path(), records_.path());
    return TrackRecord(records_.path());
  }

  ScratchDirectory runs_;
  ScratchDirectory records_;
};

TEST_F(TrackRecordTest, WhatWasFoundHereLeads) {
  Leave("Reproduce.b/1", "reproduce.json", Defect("b", false, 3));
  Leave("Reproduce.a/1", "reproduce.json", Defect("a", true, 9));
  const std::string text = Taken();
  EXPECT_THAT(text, AllOf(HasSubstr("a \\| b &lt;i&gt;"),
                          HasSubstr("| 9 of 10 | 21 s |")));
  EXPECT_LT(text.find("| `a` |"), text.find("## Known defects"));
  EXPECT_GT(text.find("| `b` |"), text.find("## Known defects"));
}

TEST_F(TrackRecordTest, ALaterRunReplacesAnEarlierOne) {
  Leave("Reproduce.a/20261128T01", "reproduce.json", Defect("a", true, 9));
  Leave("Reproduce.a/20261128T02", "reproduce.json", Defect("a", true, 0));
  EXPECT_THAT(Taken(), HasSubstr("| 0 of 10 |  |  |"));
}

TEST_F(TrackRecordTest, ControlsShowBothHalves) {
  Leave("Controls.x/1", "control.json",
        R"({"name":"fsync","broken":"off","safe":"on","property":"p",)"
        R"("runs":10,"caught":9,"held":10})");
  EXPECT_THAT(Taken(),
              HasSubstr("| fsync | off: violated in 9 of 10 | on: held "
                        "in 10 of 10 | p |"));
}

TEST_F(TrackRecordTest, AMalformedRecordIsNamed) {
  Leave("Reproduce.a/1", "reproduce.json", "{\"name\":7}");
  EXPECT_THAT(ErrorOf([&] { Taken(); }), HasSubstr("reproduce.json: "));
  EXPECT_THAT(ErrorOf([&] { TakeTrackRecord("/nowhere", records_.path()); }),
              HasSubstr("/nowhere: no directory"));
}

}  // namespace
}  // namespace faultline
