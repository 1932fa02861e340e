#include "faultline/service/vip/address_feed.h"

namespace faultline {

std::optional<bool> ParseAddressLine(const std::string& line,
                                     const std::string& address) {
  if (line == "begin") return false;
  if (line.find(" inet " + address + "/") == std::string::npos)
    return std::nullopt;
  return !line.starts_with("Deleted ");
}

AddressFeed::AddressFeed(const std::vector<Node*>& nodes,
                         const std::string& address,
                         AddressRecorder& recorder) {
  for (Node* node : nodes) {
    peers_.push_back(std::make_unique<ChannelPeer>(
        *node, kAddressChannel,
        [&recorder, address,
         name = node->name()](const std::string& line) -> std::string {
          if (const auto holds = ParseAddressLine(line, address))
            recorder.Claim(name, *holds);
          return "";
        }));
  }
}

}  // namespace faultline
