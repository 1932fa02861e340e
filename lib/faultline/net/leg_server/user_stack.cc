#include "faultline/net/leg_server/user_stack.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/if_ether.h>
#include <slirp/libslirp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <chrono>
#include <cstring>

#include "faultline/base/errno_text.h"
#include "faultline/base/error.h"
#include "faultline/base/file_descriptor.h"

namespace faultline::internal {
namespace {

constexpr in_addr_t kNetmask = 0xffffff00;

std::int64_t NowNanoseconds(void* /*stack*/) {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
             std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

// libslirp has timers for IPv6 only, which is off.
void* NewTimer(SlirpTimerCb /*callback*/, void* /*argument*/, void* stack) {
  return stack;
}
void FreeTimer(void* /*timer*/, void* /*stack*/) {}
void SetTimer(void* /*timer*/, std::int64_t /*at*/, void* /*stack*/) {}
void IgnoreError(const char* /*text*/, void* /*stack*/) {}
void IgnoreDescriptor(int /*fd*/, void* /*stack*/) {}
void IgnoreNotice(void* /*stack*/) {}

ssize_t SendPacket(const void* bytes, std::size_t size, void* send) {
  (*static_cast<const UserStack::SendFrame*>(send))(
      std::string(static_cast<const char*>(bytes), size));
  return static_cast<ssize_t>(size);
}

const SlirpCb kCallbacks = {.send_packet = SendPacket,
                            .guest_error = IgnoreError,
                            .clock_get_ns = NowNanoseconds,
                            .timer_new = NewTimer,
                            .timer_free = FreeTimer,
                            .timer_mod = SetTimer,
                            .register_poll_fd = IgnoreDescriptor,
                            .unregister_poll_fd = IgnoreDescriptor,
                            .notify = IgnoreNotice,
                            .init_completed = nullptr,
                            .timer_new_opaque = nullptr};

sockaddr_in Internet(in_addr address, std::uint16_t port) {
  sockaddr_in internet{};
  internet.sin_family = AF_INET;
  internet.sin_addr = address;
  internet.sin_port = htons(port);
  return internet;
}

sockaddr_un Unix(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.string().size() >= sizeof address.sun_path)
    throw MachineError(path.string() + " is too long for a UNIX socket");
  std::strcpy(address.sun_path, path.c_str());
  return address;
}

template <typename Address>
const sockaddr* Generic(const Address& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

// libslirp takes port 0 but tells nobody which one it got.
std::uint16_t FreeLoopbackPort() {
  const FileDescriptor trial(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address = Internet({htonl(INADDR_LOOPBACK)}, 0);
  socklen_t length = sizeof address;
  if (::bind(trial.get(), Generic(address), length) != 0 ||
      ::getsockname(trial.get(), reinterpret_cast<sockaddr*>(&address),
                    &length) != 0)
    throw MachineError("no loopback port: " + ErrnoText());
  return ntohs(address.sin_port);
}

short PollEvents(int events) {
  short wanted = 0;
  if ((events & SLIRP_POLL_IN) != 0) wanted |= POLLIN;
  if ((events & SLIRP_POLL_OUT) != 0) wanted |= POLLOUT;
  if ((events & SLIRP_POLL_PRI) != 0) wanted |= POLLPRI;
  return wanted;
}

int StackEvents(short events) {
  int seen = 0;
  if ((events & POLLIN) != 0) seen |= SLIRP_POLL_IN;
  if ((events & POLLOUT) != 0) seen |= SLIRP_POLL_OUT;
  if ((events & POLLPRI) != 0) seen |= SLIRP_POLL_PRI;
  if ((events & POLLERR) != 0) seen |= SLIRP_POLL_ERR;
  if ((events & POLLHUP) != 0) seen |= SLIRP_POLL_HUP;
  return seen;
}

}  // namespace

UserStack::UserStack(in_addr address, SendFrame send)
    : address_(address), send_(std::move(send)) {
  SlirpConfig config{};
  config.version = SLIRP_CONFIG_VERSION_MAX;
  config.restricted = 1;
  config.in_enabled = true;
  config.vnetmask.s_addr = htonl(kNetmask);
  config.vnetwork.s_addr = address.s_addr & config.vnetmask.s_addr;
  config.vhost = address;
  config.vnameserver = address;
  config.disable_host_loopback = true;
  config.disable_dns = true;
  config.disable_dhcp = true;
  stack_ = slirp_new(&config, &kCallbacks,
                     const_cast<SendFrame*>(&send_));  // NOLINT: C's opaque
  if (stack_ == nullptr) throw MachineError("libslirp does not start");
}

UserStack::~UserStack() { slirp_cleanup(stack_); }

void UserStack::ForwardSocket(const std::filesystem::path& path,
                              in_addr address, std::uint16_t port) {
  const sockaddr_un from = Unix(path);
  const sockaddr_in to = Internet(address, port);
  const mode_t before = ::umask(0177);
  const int failed = slirp_add_hostxfwd(stack_, Generic(from), sizeof from,
                                        Generic(to), sizeof to, 0);
  const int reason = errno;
  ::umask(before);
  if (failed != 0)
    throw MachineError(fmt::format("cannot listen at {}: {}", path.string(),
                                   ErrnoText(reason)));
}

std::uint16_t UserStack::ForwardLoopback(in_addr address, std::uint16_t port) {
  const sockaddr_in to = Internet(address, port);
  // Another process may take the port between the two steps.
  constexpr int kAttempts = 20;
  for (int attempt = 0; attempt < kAttempts; ++attempt) {
    const std::uint16_t chosen = FreeLoopbackPort();
    const sockaddr_in from = Internet({htonl(INADDR_LOOPBACK)}, chosen);
    if (slirp_add_hostxfwd(stack_, Generic(from), sizeof from, Generic(to),
                           sizeof to, 0) == 0)
      return chosen;
  }
  throw MachineError("cannot listen at a loopback port: " + ErrnoText());
}

void UserStack::Offer(in_addr address, std::uint16_t port,
                      const std::filesystem::path& path) {
  if (slirp_add_unix(stack_, path.c_str(), &address, port) != 0)
    throw MachineError(
        fmt::format("cannot offer port {} of {}", port, ::inet_ntoa(address)));
}

void UserStack::Receive(const std::string& frame) {
  slirp_input(stack_, reinterpret_cast<const std::uint8_t*>(frame.data()),
              static_cast<int>(frame.size()));
}

void UserStack::AskWhoHas(in_addr address) {
  struct [[gnu::packed]] Question {
    ether_header ethernet;
    ether_arp arp;
  } question{};
  // libslirp's own hardware address follows from its address.
  std::array<std::uint8_t, ETH_ALEN> own = {0x52, 0x55};
  std::memcpy(own.data() + 2, &address_.s_addr, sizeof address_.s_addr);
  std::memset(question.ethernet.ether_dhost, 0xff, ETH_ALEN);
  std::memcpy(question.ethernet.ether_shost, own.data(), ETH_ALEN);
  question.ethernet.ether_type = htons(ETHERTYPE_ARP);
  question.arp.ea_hdr.ar_hrd = htons(ARPHRD_ETHER);
  question.arp.ea_hdr.ar_pro = htons(ETHERTYPE_IP);
  question.arp.ea_hdr.ar_hln = ETH_ALEN;
  question.arp.ea_hdr.ar_pln = sizeof address;
  question.arp.ea_hdr.ar_op = htons(ARPOP_REQUEST);
  std::memcpy(question.arp.arp_sha, own.data(), ETH_ALEN);
  std::memcpy(question.arp.arp_spa, &address_, sizeof address_);
  std::memcpy(question.arp.arp_tpa, &address, sizeof address);
  send_({reinterpret_cast<const char*>(&question), sizeof question});
}

int UserStack::AddDescriptors(std::vector<pollfd>& descriptors,
                              int most_milliseconds) {
  auto timeout = static_cast<std::uint32_t>(most_milliseconds);
  slirp_pollfds_fill(
      stack_, &timeout,
      [](int fd, int events, void* list) {
        auto& all = *static_cast<std::vector<pollfd>*>(list);
        all.push_back({fd, PollEvents(events), 0});
        return static_cast<int>(all.size()) - 1;
      },
      &descriptors);
  return static_cast<int>(timeout);
}

void UserStack::HandlePolled(const std::vector<pollfd>& descriptors,
                             bool failed) {
  slirp_pollfds_poll(
      stack_, failed ? 1 : 0,
      [](int index, void* list) {
        const auto& all = *static_cast<const std::vector<pollfd>*>(list);
        return StackEvents(all.at(index).revents);
      },
      const_cast<std::vector<pollfd>*>(&descriptors));  // NOLINT: C's opaque
}

}  // namespace faultline::internal
