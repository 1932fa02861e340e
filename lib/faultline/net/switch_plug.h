#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "faultline/base/file_descriptor.h"

namespace faultline {

// One end on a port of a vde_switch that sends and receives Ethernet frames, as
// QEMU's vde netdev does. A frame is the whole of it, from the destination
// address on, without a checksum. For one thread.
class SwitchPlug {
 public:
  // Takes the port (any if 0). Throws MachineError, naming the step, if the
  // switch gives it not.
  SwitchPlug(const std::filesystem::path& plug_directory, int port);
  ~SwitchPlug();
  SwitchPlug(const SwitchPlug&) = delete;
  SwitchPlug& operator=(const SwitchPlug&) = delete;

  // False if the switch is slower than its senders: the frame is lost then, as
  // on any network.
  bool Send(const std::string& frame);
  // A frame that has already arrived.
  std::optional<std::string> Receive();

  // Readable when a frame has arrived.
  int data_descriptor() const { return data_.get(); }
  // Readable (at its end) when the switch is gone.
  int control_descriptor() const { return control_.get(); }

 private:
  FileDescriptor data_;
  FileDescriptor control_;
  std::filesystem::path own_path_;
};

}  // namespace faultline
