#pragma once

#include <filesystem>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "faultline/base/deadline.h"
#include "faultline/net/ethernet_frame.h"
#include "faultline/net/pcap_file.h"
#include "faultline/net/switch_plug.h"

namespace faultline {

// A listener on a port of the switch of its own, who asks at a fixed rate who
// has one address: each node that believes to have it answers for itself,
// whatever other hosts remember. Sees what goes to all (questions, gratuitous
// ARP, advertisements) and what is sent to it. Keeps every frame in a capture.
//
// It is not moved by partitions: it hears the nodes that are in the group in
// which all start. It sends nothing from the address it asks with but ARP.
class AddressWatch {
 public:
  struct Options {
    std::filesystem::path plug_directory;  // VdeSwitch's
    std::filesystem::path capture;         // made anew
    std::string address;                   // who has it?
    Duration interval = std::chrono::milliseconds(250);
    int switch_port = 121;
    std::string own_address = "192.0.2.253";
    std::string own_hardware = "52:54:00:fa:03:01";
  };
  // Called for each frame about the address, on the watch's thread, in the
  // order of their coming; must not throw.
  struct Heard {
    std::function<void(const ArpPacket&)> arp = {};
    std::function<void(const VrrpAdvert&)> advert = {};
  };

  // Plugs in. Throws MachineError, Error.
  AddressWatch(const Options& options, Heard heard);
  // Unplugs; the capture is whole then.
  ~AddressWatch();
  AddressWatch(const AddressWatch&) = delete;
  AddressWatch& operator=(const AddressWatch&) = delete;

  // Empty while it works; else why it ended.
  std::string Complaint() const;

 private:
  void Run(const std::stop_token& stop);
  void Look(const std::string& frame);
  void Keep(const std::string& frame);

  const Options options_;
  const Heard heard_;
  const std::string question_;
  SwitchPlug plug_;
  PcapFile capture_;
  mutable std::mutex mutex_;
  std::string complaint_;
  std::jthread thread_;  // last: it uses the others
};

}  // namespace faultline
