#include "faultline/evidence/vm_trace.h"

#include <gmock/gmock.h>

#include "faultline/base/files.h"
#include "faultline/evidence/vm_recorder.h"
#include "support/scratch_directory.h"
#include "support/throws.h"

namespace faultline {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

TEST(VmRecorder, WritesWhatItKeeps) {
  const ScratchDirectory scratch;
  const auto file = scratch.path() / "vms.jsonl";
  std::int64_t now = 0;
  VmRecorder recorder(file, [&now] { return ++now; });
  const VmRequest request{.asked_ns = 1,
                          .answered_ns = 2,
                          .host = "node1",
                          .vm = "ticker",
                          .verb = "start",
                          .outcome = VmRequest::Outcome::kRefused,
                          .reason = "no \"memory\""};
  const FenceRequest unanswered{
      .asked_ns = 3, .by = "node2", .host = "node1", .action = "off"};
  const FenceRequest lied{.asked_ns = 3,
                          .answered_ns = 4,
                          .by = "node2",
                          .host = "node1",
                          .action = "off",
                          .answer = "done",
                          .obeyed = false};
  recorder.Tick({.host = "node1", .vm = "ticker", .boot = 2, .count = 7});
  recorder.Tick({.host = "node1",
                 .vm = "ticker",
                 .boot = 2,
                 .count = 8,
                 .disturbed = true});
  recorder.Observe({.host = "node1", .vm = "ticker", .state = "paused"});
  recorder.Add(request);
  recorder.Add(unanswered);
  recorder.Add(lied);
  recorder.End();
  recorder.Tick({.host = "node1", .vm = "ticker", .boot = 3});

  const VmTrace kept = recorder.Snapshot();
  const VmTrace read = ReadVmTrace(file);
  EXPECT_EQ(kept.ticks.size(), 2U);
  EXPECT_EQ(read.ticks, kept.ticks);
  EXPECT_EQ(read.observations, kept.observations);
  EXPECT_THAT(read.requests, ElementsAre(request));
  EXPECT_THAT(read.fences, ElementsAre(unanswered, lied));
  EXPECT_EQ(read.ended_ns, 4);
}

TEST(VmTrace, RefusesWhatItDoesNotKnow) {
  const ScratchDirectory scratch;
  const auto file = scratch.path() / "vms.jsonl";
  WriteFileAtomically(file, "{\"type\":\"tock\"}\n");
  EXPECT_THAT([&] { ReadVmTrace(file); },
              testing::ThrowsMessage<UsageError>(HasSubstr("\"tock\"")));
}

}  // namespace
}  // namespace faultline
