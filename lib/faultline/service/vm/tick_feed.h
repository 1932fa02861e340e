#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "faultline/evidence/vm_recorder.h"
#include "faultline/service/vm/channel_peer.h"
#include "faultline/service/vm/vm_manager.h"

namespace faultline {

// Records the ticks of virtual machines on all hosts while it lives, whatever
// happens to their networks. Hosts and recorder outlive it.
class TickFeed {
 public:
  TickFeed(const std::vector<Node*>& hosts, const std::vector<VmSpec>& vms,
           VmRecorder& recorder);

 private:
  std::vector<std::unique_ptr<ChannelPeer>> peers_;
};

// "tick 00000002 0000000a": the boot, the count; "lost" for "tick" if the
// machine found that somebody else wrote to its disk. Nothing for other lines:
// a machine that was killed may have left half of one.
std::optional<VmTick> ParseTick(const std::string& line);

}  // namespace faultline
