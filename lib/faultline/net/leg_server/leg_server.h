#pragma once

#include <netinet/in.h>

#include <chrono>
#include <set>
#include <string>
#include <vector>

#include "faultline/base/file_descriptor.h"
#include "faultline/net/leg_server/user_stack.h"
#include "faultline/net/switch_plug.h"

namespace faultline::internal {

// Carries frames between a port of the switch and a stack, and does what the
// test asks for over `control`, a line each way: see DataLeg.
//
//   forward ADDRESS PORT PATH   -> done
//   forward ADDRESS PORT        -> done LOOPBACK-PORT
//   offer ADDRESS PORT PATH     -> done
//   anything that fails         -> failed REASON
class LegServer {
 public:
  LegServer(const std::string& plug_directory, int switch_port, in_addr address,
            FileDescriptor control);

  // Until the test closes its end. Throws MachineError if the switch is gone.
  void Serve();

 private:
  bool ReadRequests();
  std::string Answer(const std::string& request);
  std::string Forward(in_addr address, std::uint16_t port,
                      const std::string& path);
  void CarryFrames();
  void AskForNeighbours();

  SwitchPlug plug_;
  FileDescriptor control_;
  UserStack stack_;
  std::string pending_;
  std::set<in_addr_t> neighbours_;  // whom connections are forwarded to
  std::chrono::steady_clock::time_point asked_;
};

}  // namespace faultline::internal
