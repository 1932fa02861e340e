#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "faultline/evidence/address_recorder.h"
#include "faultline/service/vm/channel_peer.h"

namespace faultline {

// The port (NodeSpec::channels) by which a node tells which addresses it has.
inline constexpr char kAddressChannel[] = "faultline.address";

// Records what the nodes say themselves of one address, the moment they say it,
// whatever happens to their networks and daemons, while it lives. Nodes and
// recorder outlive it.
class AddressFeed {
 public:
  AddressFeed(const std::vector<Node*>& nodes, const std::string& address,
              AddressRecorder& recorder);

 private:
  std::vector<std::unique_ptr<ChannelPeer>> peers_;
};

// What a line of `address-feed` says of `address`: that the node has it (true)
// or not. "begin" says that it has none so far. Nothing for a line about
// another address.
std::optional<bool> ParseAddressLine(const std::string& line,
                                     const std::string& address);

}  // namespace faultline
