#include "faultline/service/vip/keepalived.h"

#include <fmt/format.h>

#include <algorithm>
#include <mutex>

#include "faultline/base/eventually.h"
#include "faultline/remote/shell_text.h"
#include "faultline/service/service_unit.h"
#include "faultline/service/vip/keepalived_config.h"

namespace faultline {
namespace {

using std::chrono_literals::operator""s;

constexpr int kResponderPort = 7007;
constexpr char kDirectory[] = "/var/lib/state/keepalived";
constexpr char kData[] = "/tmp/keepalived.data";
// A daemon that does not answer for so long hangs.
constexpr auto kOneLook = 5s;

// Asks keepalived for its data and prints it: it writes the file in place, so
// that it is whole once its last part is there.
std::string AskForData() {
  return fmt::format(
      "rm -f {0}; kill -USR1 \"$(cat /run/keepalived.pid)\" && "
      "for i in $(seq 40); do "
      "if grep -qs 'Wantstate' {0}; then cat {0}; exit 0; fi; sleep 0.1; done; "
      "exit 1",
      kData);
}

class Keepalived : public VirtualIp {
 public:
  Keepalived(Cluster& cluster, const KeepalivedOptions& options)
      : cluster_(cluster), options_(options) {
    internal::CheckOptions(options, cluster.size());
  }

  std::string name() const override {
    return NameWithVersion(cluster_, "keepalived");
  }
  std::vector<std::pair<std::string, std::string>> settings() const override;
  std::string configuration() const override;
  Capabilities capabilities() const override {
    return {capability::kPreemption, capability::kServiceTracking};
  }
  std::vector<std::string> units(const Node& /*node*/) const override {
    return {kResponderUnit, kKeepalivedUnit};
  }
  std::vector<Node*> nodes() const override;
  Cluster& cluster() override { return cluster_; }
  void Form(const std::vector<Node*>& nodes, Deadline deadline) override;
  void Attach(const std::vector<Node*>& nodes, Deadline deadline) override;
  void RequireAnswer(Node& node, Deadline deadline) override;
  void WaitUntilSettled(Deadline deadline) override;

  std::string address() const override { return options_.address; }
  int responder_port() const override { return kResponderPort; }
  bool Holds(Node& node, Deadline deadline) override;
  std::string StateOf(Node& node, Deadline deadline) override;
  std::vector<Node*> Preference() const override;
  Duration TakeoverLimit() const override;
  Duration TrackingLimit() const override {
    return options_.check_interval * (options_.check_failures + 1);
  }
  // A holder hears a better one's advertisement at the latest after their
  // interval.
  Duration HandoverLimit() const override { return options_.advert_interval; }

 private:
  int PriorityOf(const Node& node) const {
    return options_.priorities.at(node.index() - 1);
  }

  Cluster& cluster_;
  const KeepalivedOptions options_;
  mutable std::mutex mutex_;
  std::vector<Node*> nodes_;
};

std::vector<std::pair<std::string, std::string>> Keepalived::settings() const {
  return {{"advert interval", ToText(options_.advert_interval)},
          {"preemption", options_.preempt ? "on" : "off"},
          {"takeover limit", ToText(TakeoverLimit())}};
}

std::string Keepalived::configuration() const {
  std::string text = name() + "\n";
  for (const Node* node : cluster_.nodes())
    text += internal::KeepalivedConfiguration(options_, node->name(),
                                              node->index());
  return text;
}

std::vector<Node*> Keepalived::nodes() const {
  const std::lock_guard lock(mutex_);
  return nodes_;
}

std::vector<Node*> Keepalived::Preference() const {
  std::vector<Node*> sorted = nodes();
  std::ranges::sort(sorted, std::greater<>(),
                    [this](const Node* node) { return PriorityOf(*node); });
  return sorted;
}

void Keepalived::Form(const std::vector<Node*>& nodes, Deadline deadline) {
  if (!this->nodes().empty())
    throw UsageError(name() + ": it was formed before");
  for (Node* node : nodes) {
    node->Succeed(fmt::format("mkdir -p {}", kDirectory), deadline);
    node->Upload(internal::KeepalivedConfiguration(options_, node->name(),
                                                   node->index()),
                 fmt::format("{}/keepalived.conf", kDirectory), 0600, deadline);
    node->Succeed("sync", deadline);
    Start(*node, deadline);
  }
  Attach(nodes, deadline);
}

void Keepalived::Attach(const std::vector<Node*>& nodes, Deadline deadline) {
  {
    const std::lock_guard lock(mutex_);
    nodes_ = nodes;
  }
  WaitUntilSettled(deadline);
}

// All answer, and one of them holds the address: without preemption any one.
void Keepalived::WaitUntilSettled(Deadline deadline) {
  for (Node* node : nodes())
    Eventually(deadline, node->name() + ": " + name() + " to answer",
               [&](LastSeen& seen) {
                 seen.Set(UnitState(*node, kKeepalivedUnit, deadline));
                 return Answers(*node, deadline);
               });
  Node* first = Preference().front();
  Eventually(deadline, "one node to hold " + address(), [&](LastSeen& seen) {
    Node& holder = WaitForHolder(deadline);
    seen.Set(holder.name());
    return !options_.preempt || &holder == first;
  });
}

bool Keepalived::Holds(Node& node, Deadline deadline) {
  return node.Succeed("ip -oneline -family inet address show dev data",
                      deadline)
             .find(" inet " + address() + "/") != std::string::npos;
}

std::string Keepalived::StateOf(Node& node, Deadline deadline) {
  const CommandResult result =
      node.Execute(AskForData(), deadline.Capped(Scaled(kOneLook)));
  const std::string state = internal::ParseVrrpState(result.standard_output);
  if (!result.Succeeded() || state.empty())
    throw CommandError(fmt::format("{}: keepalived does not tell its state: {}",
                                   node.name(),
                                   OutputTail(result.standard_error)));
  return state;
}

void Keepalived::RequireAnswer(Node& node, Deadline deadline) {
  StateOf(node, deadline);
  if (UnitState(node, kResponderUnit, deadline) != "active")
    throw CommandError(node.name() + ": the responder does not run");
}

// The second in order waits for the shortest time, but it may be the one that
// failed before: the last one's is the longest.
Duration Keepalived::TakeoverLimit() const {
  const auto first = options_.priorities.begin();
  return internal::MasterDownInterval(
      options_, *std::min_element(first, first + cluster_.size()));
}

}  // namespace

std::unique_ptr<VirtualIp> MakeKeepalived(Cluster& cluster,
                                          const KeepalivedOptions& options) {
  return std::make_unique<Keepalived>(cluster, options);
}

}  // namespace faultline
