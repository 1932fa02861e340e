#pragma once

#include <deque>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "faultline/base/deadline.h"
#include "faultline/base/file_descriptor.h"
#include "faultline/service/ovsdb/json_framer.h"

namespace faultline::internal {

// How a call ended.
struct RpcAnswer {
  enum class End {
    kResult,   // `value` is the result
    kError,    // `value` is the error that the peer answered with
    kNotSent,  // the peer cannot have got all of the request
    kSilent,   // sent; no answer by the deadline
    kBroken,   // sent; the connection ended, or what came is no JSON-RPC
  };

  End end = End::kNotSent;
  nlohmann::json value = {};
  std::string reason = {};  // for all but kResult; names the peer
};

// One message that the peer sent of its own accord.
struct RpcNotification {
  std::string method;
  nlohmann::json params;
};

// One JSON-RPC 1.0 connection, as OVSDB speaks it (RFC 7047). It is made once:
// when it is over it stays over, and nothing is ever sent twice. It answers the
// peer's `echo`, which is how an OVSDB server looks after idle clients,
// whenever it is used. Every wait ends by its deadline, whatever comes. Used by
// one thread, but for Close.
class JsonRpc {
 public:
  // `address`: "127.0.0.1:6640" or "unix:/path". `peer` names it in messages.
  // Throws CommandError that names peer, address and reason.
  JsonRpc(std::string peer, const std::string& address, Deadline deadline,
          JsonLimits limits = {});

  // Ends the connection if no answer came: a late one would be taken for the
  // answer to the next request.
  RpcAnswer Call(const std::string& method, const nlohmann::json& params,
                 Deadline deadline);
  // Nothing: none came by the deadline, or the connection is over.
  std::optional<RpcNotification> NextNotification(Deadline deadline);

  // Reads what has arrived; false: it is over, and `reason` says why.
  bool Alive(Deadline deadline);
  const std::string& reason() const { return reason_; }
  // By any thread: waits end soon, and the connection is over.
  void Close() noexcept;

 private:
  bool Send(const std::string& text, Deadline deadline);
  // False: nothing came by the deadline, or it is over.
  bool Receive(Deadline deadline);
  bool ReceiveWhatIsThere();
  void Handle(const std::string& text);
  void HandleRequest(const nlohmann::json& message);
  void Fail(const std::string& reason);
  RpcAnswer Silent(const std::string& method, Duration budget);

  const std::string peer_;
  FileDescriptor socket_;
  JsonFramer framer_;
  std::deque<RpcNotification> notifications_;
  std::optional<nlohmann::json> answer_;  // to the call under way
  int last_id_ = 0;
  bool over_ = false;
  std::string reason_;
};

}  // namespace faultline::internal
