// A web server as a service under test: no store, and nobody leads.
#include <arpa/inet.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "faultline/check/model.h"
#include "faultline/testing/run_tests.h"
#include "faultline/testing/service_test.h"

namespace {

using namespace faultline;
using std::chrono_literals::operator""s;

constexpr int kWebPort = 8080;

// The page; nothing if it did not come whole within a second.
std::optional<std::string> Get(Node& node) {
  const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
  const timeval second{.tv_sec = 1, .tv_usec = 0};
  for (const int direction : {SO_RCVTIMEO, SO_SNDTIMEO})
    ::setsockopt(fd, SOL_SOCKET, direction, &second, sizeof(second));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(node.HostPort(kWebPort)));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  std::string answer;
  ssize_t got = -1;
  if (::connect(fd, reinterpret_cast<const sockaddr*>(&address),
                sizeof(address)) == 0 &&
      ::send(fd, "GET /page HTTP/1.0\r\n\r\n", 22, MSG_NOSIGNAL) == 22) {
    char part[1024];
    while ((got = ::read(fd, part, sizeof(part))) > 0) answer.append(part, got);
  }
  ::close(fd);
  const std::size_t body = answer.find("\r\n\r\n");
  const bool whole =
      got == 0 && body != std::string::npos && answer.find(" 200 OK") == 8;
  return whole ? std::optional(answer.substr(body + 4)) : std::nullopt;
}

// The service: what faults, fixtures and checkpoints need to know of it.
struct Web : ManagedService {
  explicit Web(Cluster& its) : machines(its) {}
  std::string name() const override { return "busybox httpd"; }
  std::vector<std::pair<std::string, std::string>> settings() const override {
    return {};
  }
  std::string configuration() const override { return name(); }
  Capabilities capabilities() const override { return {}; }
  std::vector<std::string> units(const Node&) const override {
    return {"web.service"};
  }
  std::vector<Node*> nodes() const override { return servers; }
  Cluster& cluster() override { return machines; }
  void Form(const std::vector<Node*>& nodes, Deadline deadline) override {
    for (Node* node : nodes) {
      node->Succeed(
          "cd /var/lib/state && mkdir www && printf first >www/page && sync",
          deadline);
      Start(*node, deadline);
    }
    Attach(nodes, deadline);
  }
  void Attach(const std::vector<Node*>& nodes, Deadline deadline) override {
    servers = nodes;
    WaitUntilSettled(deadline);
  }
  void RequireAnswer(Node& node, Deadline) override {
    if (!Get(node)) throw CommandError(node.name() + ": no page");
  }
  Cluster& machines;
  std::vector<Node*> servers;
};

// The operations: "get" a page, and "publish" another one over SSH.
struct WebClient : LoadClient {
  explicit WebClient(const LoadDriver::Seat& its) : seat(its) {}
  void Connect() override {}  // each request has a connection of its own
  Operation Next() override {
    const std::string page = "page of " + target();
    if (seat.random.Below(4) != 0) return MakeCall("get", page);
    return MakeCall(
        "publish", page,
        std::to_string(seat.process) + "-" + std::to_string(++published));
  }
  void Invoke(Operation& operation) override {
    const bool get = operation.call->function == "get";
    operation.outcome = get ? Outcome::kFail : Outcome::kUnknown;
    const auto page = get ? Get(seat.node) : Publish(operation.call->input);
    if (page) AnswerCall(operation, *page);
  }
  std::optional<std::string> Publish(const std::string& page) try {
    seat.node.Succeed(
        "cd /var/lib/state/www && printf " + page + " >new && mv new page",
        Within(2s));
    return "";
  } catch (const Error&) {
    return std::nullopt;
  }
  std::string target() const override { return seat.node.name(); }

  LoadDriver::Seat seat;
  int published = 0;
};

// Of the first node alone: it is the one that the scenarios break.
struct WebProbe : NodeProbe {
  explicit WebProbe(Node& probed) : node(probed) {}
  bool Try(std::int64_t, Deadline) override { return Get(node).has_value(); }
  Node& node;
};

struct WebDriver : LoadDriver {
  explicit WebDriver(ManagedService& driven) : web(driven) {}
  std::string name() const override { return web.name(); }
  std::vector<Node*> nodes() const override { return web.nodes(); }
  std::unique_ptr<LoadClient> MakeClient(const Seat& seat) override {
    return std::make_unique<WebClient>(seat);
  }
  std::unique_ptr<NodeProbe> MakeProbe(Node& node) override {
    return node.index() == 1 ? std::make_unique<WebProbe>(node) : nullptr;
  }
  ManagedService& web;
};

// The promise: a page is what was published last.
struct PageModel {
  using State = std::string;
  static constexpr const char* kName = "page";
  static bool Knows(OperationKind kind) { return kind == OperationKind::kCall; }
  State Initial(const std::optional<std::string>&) const { return "first"; }
  std::optional<State> Step(const State& page, const Operation& asked) const {
    if (asked.call->function == "publish") return asked.call->input;
    const bool fits =
        asked.outcome != Outcome::kOk || asked.call->output == page;
    return fits ? std::optional(page) : std::nullopt;
  }
  std::string Text(const State& page) const { return page; }
};

// Given two web servers under load, when the first one breaks, then its pages
// are still what was published, and it is back in time.
class WebTest : public ServiceTest {
 protected:
  void Breaks(const std::string& kind) {
    FormService(
        {.role = "Web",
         .ports = {kWebPort},
         .make =
             [](Cluster& cluster) { return std::make_unique<Web>(cluster); }},
        {2, {.services = {"web"}}});
    Workload& load =
        StartLoad(std::make_shared<WebDriver>(service()), {.clients = 4});
    load.WaitForAcknowledged(40, Within(30s));
    ActiveFault fault = Inject(kind, {service().nodes().front()});
    load.WaitForAcknowledged(20, Within(30s));
    fault.Heal(Within(60s));
    fault.WaitForRecovery(Within(30s));
    load.WaitForAcknowledged(40, Within(30s));
    EXPECT_THAT(Judge({.model = "page"}), Holds());
    EXPECT_THAT(JudgeOutages(Scaled(10s)), Holds());
  }
};

SERVICE_TEST_F(WebTest, KilledServerComesBack) { Breaks("process-kill"); }
// The readers do not use the data network: nothing happens to them.
SERVICE_TEST_F(WebTest, IsolatedServerGoesOn) { Breaks("isolate"); }
SERVICE_TEST_F(WebTest, FrozenMachineComesBack) { Breaks("freeze"); }

}  // namespace

int main(int argc, char** argv) {
  AddModel(Model::Of<PageModel>());
  return RunTests(argc, argv, FAULTLINE_TEST_PREFIX, FAULTLINE_BUILD_DIRECTORY);
}
