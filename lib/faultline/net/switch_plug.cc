#include "faultline/net/switch_plug.h"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdint>
#include <cstring>

#include "faultline/base/errno_text.h"
#include "faultline/base/error.h"

namespace faultline {
namespace {

constexpr std::size_t kLongestFrame = 65536;

// What a plug sends first over the control socket: the switch's protocol 3.
struct [[gnu::packed]] Request {
  std::uint32_t magic = 0xfeedface;
  std::uint32_t version = 3;
  std::uint32_t type = 0;  // the port above the lowest 8 bits
  sockaddr_un socket{};
};

void Check(bool good, const char* action) {
  if (!good)
    throw MachineError(fmt::format("switch plug: {}: {}", action, ErrnoText()));
}

sockaddr_un Address(const std::filesystem::path& path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.string().size() >= sizeof(address.sun_path))
    throw UsageError(fmt::format(
        "switch plug: {} is too long for a UNIX socket", path.string()));
  std::strcpy(address.sun_path, path.c_str());
  return address;
}

const sockaddr* Generic(const sockaddr_un& address) {
  return reinterpret_cast<const sockaddr*>(&address);
}

FileDescriptor Socket(int type) {
  return FileDescriptor(::socket(AF_UNIX, type | SOCK_CLOEXEC, 0));
}

}  // namespace

SwitchPlug::SwitchPlug(const std::filesystem::path& plug_directory, int port)
    : data_(Socket(SOCK_DGRAM)), control_(Socket(SOCK_STREAM)) {
  static std::atomic<int> number = 0;
  const std::filesystem::path path =
      plug_directory / fmt::format(".{:05}-{:05}", ::getpid(), ++number);
  Request request;
  request.type = static_cast<std::uint32_t>(port) << 8;
  request.socket = Address(path);
  Check(
      ::bind(data_.get(), Generic(request.socket), sizeof request.socket) == 0,
      "bind");
  own_path_ = path;
  const sockaddr_un control = Address(plug_directory / "ctl");
  Check(::connect(control_.get(), Generic(control), sizeof control) == 0,
        "connect");
  Check(::send(control_.get(), &request, sizeof request, MSG_NOSIGNAL) > 0,
        "request");
  sockaddr_un switch_side{};
  Check(::recv(control_.get(), &switch_side, sizeof switch_side, MSG_WAITALL) ==
            sizeof switch_side,
        "no port given");
  Check(::connect(data_.get(), Generic(switch_side), sizeof switch_side) == 0,
        "connect to the port");
}

SwitchPlug::~SwitchPlug() { ::unlink(own_path_.c_str()); }

bool SwitchPlug::Send(const std::string& frame) {
  return ::send(data_.get(), frame.data(), frame.size(),
                MSG_DONTWAIT | MSG_NOSIGNAL) > 0;
}

std::optional<std::string> SwitchPlug::Receive() {
  std::string frame(kLongestFrame, '\0');
  const ssize_t size =
      ::recv(data_.get(), frame.data(), frame.size(), MSG_DONTWAIT);
  if (size <= 0) return std::nullopt;
  frame.resize(static_cast<std::size_t>(size));
  return frame;
}

}  // namespace faultline
