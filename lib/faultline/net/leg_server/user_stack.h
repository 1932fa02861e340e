#pragma once

#include <netinet/in.h>
#include <poll.h>

#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

struct Slirp;

namespace faultline::internal {

// A TCP/IP stack in this process (libslirp) with one address on an Ethernet
// network: what connects to a socket of this host goes on as a connection from
// that address, and the other way round. It forwards nothing else: nobody on
// the network reaches this host or what is behind it. For one thread.
class UserStack {
 public:
  using SendFrame = std::function<void(const std::string& frame)>;

  // `address` in a network of 255 (/24). Throws MachineError.
  UserStack(in_addr address, SendFrame send);
  ~UserStack();
  UserStack(const UserStack&) = delete;
  UserStack& operator=(const UserStack&) = delete;

  // A UNIX socket that is made at `path` (mode 0600), or a loopback port, which
  // is returned: its connections reach `port` of `address`. Throws MachineError
  // with the reason.
  void ForwardSocket(const std::filesystem::path& path, in_addr address,
                     std::uint16_t port);
  std::uint16_t ForwardLoopback(in_addr address, std::uint16_t port);
  // What connects to `port` of `address`, which the stack takes as its own,
  // reaches the UNIX socket at `path`.
  void Offer(in_addr address, std::uint16_t port,
             const std::filesystem::path& path);

  // A frame from the network.
  void Receive(const std::string& frame);
  // Asks who has the address, as ARP does.
  void AskWhoHas(in_addr address);

  // Adds what it waits for to `descriptors`; returns for how many milliseconds
  // at most. After the poll, HandlePolled takes the same vector.
  int AddDescriptors(std::vector<pollfd>& descriptors, int most_milliseconds);
  void HandlePolled(const std::vector<pollfd>& descriptors, bool failed);

 private:
  const in_addr address_;
  const SendFrame send_;
  Slirp* stack_ = nullptr;
};

}  // namespace faultline::internal
