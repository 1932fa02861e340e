#include "faultline/net/leg_server/leg_server.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <sys/socket.h>

#include <array>
#include <sstream>

#include "faultline/base/errno_text.h"
#include "faultline/base/error.h"

namespace faultline::internal {
namespace {

// How soon the leg follows an address to another host that does not announce
// it. libslirp itself never forgets where an address was.
constexpr std::chrono::milliseconds kAskEvery{1000};

// So that requests are answered under any load.
constexpr int kFramesATurn = 64;

constexpr std::size_t kControlPoll = 0;
constexpr std::size_t kFramePoll = 1;
constexpr std::size_t kSwitchPoll = 2;

in_addr ParseAddress(const std::string& text) {
  in_addr address{};
  if (::inet_pton(AF_INET, text.c_str(), &address) != 1)
    throw MachineError("no IPv4 address: " + text);
  return address;
}

}  // namespace

LegServer::LegServer(const std::string& plug_directory, int switch_port,
                     in_addr address, FileDescriptor control)
    : plug_(plug_directory, switch_port),
      control_(std::move(control)),
      stack_(address, [this](const std::string& frame) {
        plug_.Send(frame);  // a frame that is lost is sent again by TCP
      }) {}

void LegServer::Serve() {
  while (true) {
    std::vector<pollfd> descriptors = {{control_.get(), POLLIN, 0},
                                       {plug_.data_descriptor(), POLLIN, 0},
                                       {plug_.control_descriptor(), POLLIN, 0}};
    const int timeout =
        stack_.AddDescriptors(descriptors, static_cast<int>(kAskEvery.count()));
    const int ready = ::poll(descriptors.data(), descriptors.size(), timeout);
    if (descriptors[kControlPoll].revents != 0 && !ReadRequests()) return;
    if (descriptors[kSwitchPoll].revents != 0)
      throw MachineError("the switch is gone");
    if (descriptors[kFramePoll].revents != 0) CarryFrames();
    stack_.HandlePolled(descriptors, ready < 0);
    AskForNeighbours();
  }
}

void LegServer::CarryFrames() {
  for (int i = 0; i < kFramesATurn; ++i) {
    const auto frame = plug_.Receive();
    if (!frame) return;
    stack_.Receive(*frame);
  }
}

void LegServer::AskForNeighbours() {
  const auto now = std::chrono::steady_clock::now();
  if (now - asked_ < kAskEvery) return;
  asked_ = now;
  for (const in_addr_t neighbour : neighbours_) stack_.AskWhoHas({neighbour});
}

// False at the end of all requests.
bool LegServer::ReadRequests() {
  std::array<char, 4096> chunk{};
  const ssize_t count = ::recv(control_.get(), chunk.data(), chunk.size(), 0);
  if (count <= 0) return count < 0 && errno == EINTR;
  pending_.append(chunk.data(), static_cast<std::size_t>(count));
  for (std::size_t end = 0; (end = pending_.find('\n')) != std::string::npos;) {
    const std::string answer = Answer(pending_.substr(0, end)) + "\n";
    pending_.erase(0, end + 1);
    if (::send(control_.get(), answer.data(), answer.size(), MSG_NOSIGNAL) < 0)
      return false;
  }
  return true;
}

std::string LegServer::Answer(const std::string& request) {
  std::istringstream words(request);
  std::string verb;
  std::string address;
  std::uint16_t port = 0;
  std::string path;
  words >> verb >> address >> port >> std::ws;
  std::getline(words, path);
  try {
    if (verb == "forward") return Forward(ParseAddress(address), port, path);
    if (verb != "offer") throw MachineError("unknown request " + request);
    stack_.Offer(ParseAddress(address), port, path);
    return "done";
  } catch (const Error& error) {
    return fmt::format("failed {}", error.what());
  }
}

std::string LegServer::Forward(in_addr address, std::uint16_t port,
                               const std::string& path) {
  std::string answer = "done";
  if (path.empty())
    answer += fmt::format(" {}", stack_.ForwardLoopback(address, port));
  else
    stack_.ForwardSocket(path, address, port);
  neighbours_.insert(address.s_addr);
  stack_.AskWhoHas(address);
  return answer;
}

}  // namespace faultline::internal
