#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace faultline {

// A node said that it has the address on its network interface, or no longer.
struct AddressClaim {
  std::int64_t at_ns = 0;
  std::string node = {};
  bool holds = false;

  friend bool operator==(const AddressClaim&, const AddressClaim&) = default;
};

// A frame about the address that passed the switch.
struct AddressFrame {
  enum class Kind {
    kGratuitous,  // an ARP packet that nobody asked for: "it is here"
    kReply,       // the answer to the tester's question who has it
    kAdvert,      // a VRRP advertisement
  };

  std::int64_t at_ns = 0;
  Kind kind = Kind::kReply;
  std::string node = {};  // whose it is; of a foreign one the hardware address
  int priority = 0;       // of an advertisement

  friend bool operator==(const AddressFrame&, const AddressFrame&) = default;
};

// All that a run recorded of one address that moves, each list in order.
struct AddressTrace {
  std::string address = {};
  std::vector<AddressClaim> claims = {};
  std::vector<AddressFrame> frames = {};
  std::int64_t ended_ns = 0;  // nothing was recorded from then on
};

// One line each, as JSON with its newline (docs/history-format.md).
std::string ToJsonLine(const AddressClaim& claim);
std::string ToJsonLine(const AddressFrame& frame);
std::string AddressTraceBeginLine(const std::string& address);
std::string AddressTraceEndLine(std::int64_t ended_ns);

// The inverse. A torn last line is left out. Throws UsageError ("file:line:
// reason") for anything else malformed.
AddressTrace ReadAddressTrace(const std::filesystem::path& file);

// "gratuitous", "reply", "advert".
const char* ToText(AddressFrame::Kind kind);

}  // namespace faultline
