#include "faultline/workload/vip/address_load.h"

#include "faultline/base/line_socket.h"
#include "faultline/service/ovsdb/socket_connect.h"

namespace faultline {
namespace {

using std::chrono_literals::operator""s;

constexpr auto kAnswerLimit = 1s;

class AddressClient : public LoadClient {
 public:
  AddressClient(std::string address, std::string socket)
      : address_(std::move(address)), socket_(std::move(socket)) {}
  void Connect() override {}  // each request has a connection of its own
  Operation Next() override { return MakeCall("ask", address_); }
  void Invoke(Operation& operation) override {
    operation.outcome = Outcome::kFail;
    operation.error = "no answer";
    const auto node = AskWhoAnswers(socket_, Within(kAnswerLimit));
    if (!node) return;
    operation.error.clear();
    AnswerCall(operation, *node);
  }
  std::string target() const override { return address_; }

 private:
  const std::string address_;
  const std::string socket_;
};

class AddressProbe : public NodeProbe {
 public:
  explicit AddressProbe(std::string socket) : socket_(std::move(socket)) {}
  bool Try(std::int64_t /*tick*/, Deadline deadline) override {
    return AskWhoAnswers(socket_, deadline).has_value();
  }

 private:
  const std::string socket_;
};

class AddressLoad : public LoadDriver {
 public:
  explicit AddressLoad(VirtualIp& service)
      : service_(service),
        socket_("unix:" +
                service.cluster()
                    .data_leg()
                    .SocketTo(service.address(), service.responder_port())
                    .string()) {}
  std::string name() const override { return service_.name(); }
  std::vector<Node*> nodes() const override { return service_.nodes(); }
  std::unique_ptr<LoadClient> MakeClient(const Seat& /*seat*/) override {
    return std::make_unique<AddressClient>(service_.address(), socket_);
  }
  std::unique_ptr<NodeProbe> MakeProbe(Node& node) override {
    if (&node != nodes().front()) return nullptr;
    return std::make_unique<AddressProbe>(socket_);
  }

 private:
  VirtualIp& service_;
  const std::string socket_;
};

}  // namespace

std::shared_ptr<LoadDriver> MakeAddressLoad(VirtualIp& service) {
  return std::make_shared<AddressLoad>(service);
}

std::optional<std::string> AskWhoAnswers(const std::string& socket,
                                         Deadline deadline) {
  try {
    LineSocket connection(internal::ConnectSocket(socket, deadline));
    return connection.ReadLine(deadline).line;
  } catch (const CommandError&) {
    return std::nullopt;
  }
}

}  // namespace faultline
