#include "faultline/service/ovsdb/json_rpc.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>

#include "faultline/base/errno_text.h"
#include "faultline/base/error.h"
#include "faultline/service/ovsdb/socket_connect.h"

namespace faultline::internal {

using Json = nlohmann::json;
using End = RpcAnswer::End;

namespace {

constexpr std::size_t kMostNotifications = 100'000;

FileDescriptor Connect(const std::string& peer, const std::string& address,
                       Deadline deadline) {
  try {
    return ConnectSocket(address, deadline);
  } catch (const CommandError& error) {
    throw CommandError(fmt::format("{}: ovsdb: {}", peer, error.what()));
  }
}

Deadline AtOnce() { return Deadline::After(Duration::zero()); }

// What of a peer's message is shown in an error.
std::string Shown(const std::string& text) {
  constexpr std::size_t kMost = 80;
  return text.size() <= kMost ? text : text.substr(0, kMost) + "...";
}

}  // namespace

JsonRpc::JsonRpc(std::string peer, const std::string& address,
                 Deadline deadline, JsonLimits limits)
    : peer_(std::move(peer)),
      socket_(Connect(peer_, address, deadline)),
      framer_(limits) {}

RpcAnswer JsonRpc::Call(const std::string& method, const Json& params,
                        Deadline deadline) {
  const Duration budget = deadline.Remaining();
  if (!Alive(deadline)) return {.end = End::kNotSent, .reason = reason_};
  const int id = ++last_id_;
  const Json request = {{"method", method}, {"params", params}, {"id", id}};
  answer_.reset();
  if (!Send(request.dump(), deadline)) {
    return {.end = End::kNotSent, .reason = reason_};
  }
  while (!answer_) {
    if (Receive(deadline) || answer_) continue;
    if (over_) return {.end = End::kBroken, .reason = reason_};
    return Silent(method, budget);
  }
  const auto error = answer_->find("error");
  if (error != answer_->end() && !error->is_null()) {
    return {.end = End::kError,
            .value = *error,
            .reason = fmt::format("{}: ovsdb: {}: {}", peer_, method,
                                  Shown(error->dump()))};
  }
  return {.end = End::kResult, .value = std::move((*answer_)["result"])};
}

RpcAnswer JsonRpc::Silent(const std::string& method, Duration budget) {
  Fail(fmt::format("{}: no answer within {}", method, ToText(budget)));
  return {.end = End::kSilent, .reason = reason_};
}

std::optional<RpcNotification> JsonRpc::NextNotification(Deadline deadline) {
  while (notifications_.empty()) {
    if (!Receive(deadline)) return std::nullopt;
  }
  RpcNotification next = std::move(notifications_.front());
  notifications_.pop_front();
  return next;
}

bool JsonRpc::Alive(Deadline deadline) {
  while (!over_ && WaitForSocket(socket_.get(), POLLIN, AtOnce())) {
    ReceiveWhatIsThere();
    if (deadline.Expired()) break;
  }
  return !over_;
}

void JsonRpc::Close() noexcept { ::shutdown(socket_.get(), SHUT_RDWR); }

bool JsonRpc::Send(const std::string& text, Deadline deadline) {
  std::size_t sent = 0;
  while (sent < text.size()) {
    const ssize_t count = ::send(socket_.get(), text.data() + sent,
                                 text.size() - sent, MSG_NOSIGNAL);
    if (count > 0) {
      sent += static_cast<std::size_t>(count);
    } else if (errno == EAGAIN) {
      // A peer that reads a little now and then does not buy time by it.
      if (deadline.Expired() ||
          !WaitForSocket(socket_.get(), POLLOUT, deadline)) {
        Fail(fmt::format("{} of {} bytes were sent by the deadline", sent,
                         text.size()));
        return false;
      }
    } else if (errno != EINTR) {
      Fail("sending: " + ErrnoText());
      return false;
    }
  }
  return true;
}

bool JsonRpc::Receive(Deadline deadline) {
  if (over_ || !WaitForSocket(socket_.get(), POLLIN, deadline)) return false;
  // A peer that never stops sending must not hold anybody past the deadline.
  return ReceiveWhatIsThere() && (!deadline.Expired() || answer_.has_value() ||
                                  !notifications_.empty());
}

bool JsonRpc::ReceiveWhatIsThere() {
  std::array<char, 65536> buffer;
  const ssize_t count = ::recv(socket_.get(), buffer.data(), buffer.size(), 0);
  if (count < 0) {
    if (errno == EAGAIN || errno == EINTR) return true;
    Fail("receiving: " + ErrnoText());
    return false;
  }
  if (count == 0) {
    Fail("the connection was closed");
    return false;
  }
  try {
    framer_.Feed({buffer.data(), static_cast<std::size_t>(count)});
    while (const auto message = framer_.Next()) Handle(*message);
  } catch (const Error& error) {
    Fail(error.what());
  }
  return !over_;
}

void JsonRpc::Handle(const std::string& text) {
  Json message = Json::parse(text, nullptr, false);
  if (message.is_discarded()) throw Error("no JSON: " + Shown(text));
  if (message.contains("method")) return HandleRequest(message);
  const auto id = message.find("id");
  if (id == message.end() || *id != last_id_ || answer_ ||
      !(message.contains("result") || message.contains("error"))) {
    throw Error("no answer to a request of ours: " + Shown(text));
  }
  answer_ = std::move(message);
}

void JsonRpc::HandleRequest(const Json& message) {
  const Json& method = message["method"];
  const Json params = message.value("params", Json::array());
  const Json id = message.value("id", Json());
  if (!method.is_string() || !params.is_array()) {
    throw Error("no JSON-RPC: " + Shown(message.dump()));
  }
  if (id.is_null()) {
    if (notifications_.size() >= kMostNotifications) {
      throw Error(fmt::format("more than {} notifications that nobody read",
                              kMostNotifications));
    }
    notifications_.push_back({method, params});
  } else if (method == "echo") {
    const Json answer = {{"id", id}, {"result", params}, {"error", nullptr}};
    Send(answer.dump(), AtOnce());  // it fits, unless the peer reads nothing
  } else {
    throw Error("an unknown request: " + Shown(message.dump()));
  }
}

void JsonRpc::Fail(const std::string& reason) {
  if (over_) return;
  over_ = true;
  reason_ = fmt::format("{}: ovsdb: {}", peer_, reason);
  Close();
}

}  // namespace faultline::internal
