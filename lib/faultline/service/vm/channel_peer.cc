#include "faultline/service/vm/channel_peer.h"

#include <utility>

#include "faultline/base/error.h"
#include "faultline/base/log.h"
#include "faultline/service/ovsdb/socket_connect.h"

namespace faultline {
namespace {

using std::chrono_literals::operator""ms;

constexpr auto kConnectAgain = 50ms;
constexpr auto kOneTurn = 200ms;
constexpr auto kAnswerLimit = 2000ms;

}  // namespace

ChannelPeer::ChannelPeer(Node& node, std::string channel, Use use)
    : node_(node),
      channel_(std::move(channel)),
      use_(std::move(use)),
      thread_([this](const std::stop_token& stop) { Run(stop); }) {}

ChannelPeer::~ChannelPeer() = default;

void ChannelPeer::Run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    try {
      if (node_.Running()) {
        LineSocket socket(internal::ConnectSocket(
            "unix:" + node_.machine().ChannelPath(channel_).string(),
            Deadline::After(kOneTurn)));
        Converse(socket, stop);
      }
    } catch (const CommandError&) {
      // The machine is going off or coming up: the next turn tells.
    } catch (const std::exception& error) {
      Log(LogLevel::kError,
          node_.name() + ": " + channel_ + ": " + error.what());
    }
    std::unique_lock lock(mutex_);
    stopped_.wait_for(lock, stop, kConnectAgain, [] { return false; });
  }
}

void ChannelPeer::Converse(LineSocket& socket, const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const LineSocket::Result read = socket.ReadLine(Deadline::After(kOneTurn));
    if (read.line) {
      const std::string answer = use_(*read.line);
      if (!answer.empty())
        socket.Write(answer + "\n", Deadline::After(kAnswerLimit));
    }
    if (read.closed) return;
  }
}

}  // namespace faultline
