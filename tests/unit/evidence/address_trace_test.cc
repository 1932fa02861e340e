#include "faultline/evidence/address_trace.h"

#include <gmock/gmock.h>

#include <fstream>

#include "faultline/base/error.h"
#include "faultline/evidence/address_recorder.h"
#include "support/scratch_directory.h"

namespace faultline {
namespace {

using testing::ElementsAre;

class AddressTraceTest : public testing::Test {
 protected:
  std::filesystem::path file() const { return scratch_.path() / "a.jsonl"; }
  AddressTrace Read(const std::string& text) {
    std::ofstream(file()) << text;
    return ReadAddressTrace(file());
  }

 private:
  ScratchDirectory scratch_;
};

TEST_F(AddressTraceTest, WhatIsRecordedIsReadAgain) {
  std::int64_t now = 0;
  AddressRecorder recorder(file(), "192.0.2.100", [&] { return now += 10; });
  recorder.Claim("node1", true);
  recorder.Claim("node1", true);  // it said so before
  recorder.Claim("node2", false);
  recorder.Frame(
      {.kind = AddressFrame::Kind::kAdvert, .node = "node1", .priority = 150});
  recorder.Frame({.kind = AddressFrame::Kind::kGratuitous, .node = "node2"});
  recorder.Frame({.kind = AddressFrame::Kind::kReply, .node = "node2"});
  recorder.End();
  recorder.Claim("node2", true);  // too late
  recorder.ThrowIfBroken();

  const AddressTrace read = ReadAddressTrace(file());
  EXPECT_EQ(read.address, "192.0.2.100");
  EXPECT_EQ(read.claims, recorder.Snapshot().claims);
  EXPECT_EQ(read.frames, recorder.Snapshot().frames);
  EXPECT_THAT(read.claims, ElementsAre(AddressClaim{10, "node1", true},
                                       AddressClaim{20, "node2", false}));
  EXPECT_EQ(read.frames.size(), 3U);
  EXPECT_EQ(read.frames[0].priority, 150);
  EXPECT_EQ(read.ended_ns, 60);
}

TEST_F(AddressTraceTest, ATornLastLineIsLeftOut) {
  const AddressTrace read = Read(
      "{\"type\":\"claim\",\"time\":1,\"node\":\"node1\",\"holds\":true}\n"
      "{\"type\":\"cla");
  EXPECT_EQ(read.claims.size(), 1U);
}

TEST_F(AddressTraceTest, WhatIsMalformedIsNamedWithItsLine) {
  for (const char* line :
       {"{\"type\":\"tick\",\"time\":1}\n",
        "{\"type\":\"frame\",\"time\":1,\"kind\":\"call\",\"node\":\"n\"}\n",
        "{\"type\":\"claim\",\"time\":1,\"node\":\"node1\"}\n"}) {
    try {
      Read(line);
      FAIL() << line;
    } catch (const UsageError& error) {
      EXPECT_THAT(error.what(), testing::HasSubstr("a.jsonl:1: ")) << line;
    }
  }
}

TEST_F(AddressTraceTest, AFileThatCannotBeMadeIsAnError) {
  EXPECT_THROW(AddressRecorder(file() / "none", "192.0.2.100",
                               [] { return std::int64_t{0}; }),
               Error);
}

}  // namespace
}  // namespace faultline
