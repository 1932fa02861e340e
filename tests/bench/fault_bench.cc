// fault_bench [repetitions]: how long a partition of three nodes takes, from
// the call to the moment at which frames stop, and back. Seen by frames that
// this host sends, so everything is on one clock. JSON, and a table on the
// error output.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <iostream>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "bench/echo_request.h"
#include "bench/frame_streams.h"
#include "faultline/base/error.h"
#include "faultline/cluster/cluster.h"
#include "faultline/fault/catalogue/fault_catalogue.h"
#include "faultline/service/etcd.h"
#include "support/vde_plug.h"

namespace faultline::bench {
namespace {

using Json = nlohmann::json;
using std::chrono_literals::operator""s;
using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""us;

constexpr int kNodes = 3;
// Beside the nodes, in the VLAN that they are in while nothing is wrong.
constexpr int kOwnPort = kNodes + 1;

// Milliseconds by figure, in the order of the table.
class Figures {
 public:
  explicit Figures(std::string title) : title_(std::move(title)) {}

  // `changes`: one for each port or direction.
  void Add(const std::string& action, TimePoint call, TimePoint returned,
           const std::vector<TimePoint>& changes) {
    const auto [first, last] = std::ranges::minmax(changes);
    AddOne(action + "_call_to_first", first - call);
    AddOne(action + "_first_to_last", last - first);
    AddOne(action + "_call_to_last", last - call);
    AddOne(action + "_call_to_return", returned - call);
  }

  Json Report() const {
    Json report;
    for (const std::string& name : order_) report[name] = Summary(name);
    return report;
  }
  void Print() const {
    std::cerr << fmt::format("\n{}\n{:28} {:>9} {:>9} {:>9} {:>9}\n", title_,
                             "ms", "min", "median", "p95", "max");
    for (const std::string& name : order_) {
      const Json one = Summary(name);
      std::cerr << fmt::format(
          "{:28} {:9.3f} {:9.3f} {:9.3f} {:9.3f}\n", name,
          one["min"].get<double>(), one["median"].get<double>(),
          one["p95"].get<double>(), one["max"].get<double>());
    }
  }

 private:
  void AddOne(const std::string& name, Duration time) {
    auto& values = values_[name];
    if (values.empty()) order_.push_back(name);
    values.push_back(std::chrono::duration<double, std::milli>(time).count());
  }

  // The nearest-rank percentiles.
  Json Summary(const std::string& name) const {
    std::vector<double> values = values_.at(name);
    std::ranges::sort(values);
    const auto rank = [&](double share) {
      const double position =
          std::ceil(share * static_cast<double>(values.size()));
      return values.at(static_cast<std::size_t>(position) - 1);
    };
    return {{"min", values.front()},
            {"median", rank(0.5)},
            {"p95", rank(0.95)},
            {"max", values.back()}};
  }

  const std::string title_;
  std::vector<std::string> order_;
  std::map<std::string, std::vector<double>> values_;
};

// How the streams of one measurement are read.
struct Pace {
  Duration interval;
  Duration on_its_way;  // no answer takes longer
  int in_a_row;         // frames that make a state sure
};

void MeasureOnce(Fault& fault, const FrameStreams& streams, const Pace& pace,
                 Figures& figures) {
  const auto wait_until = [&](bool all_arrive) {
    streams.WaitUntil(all_arrive, pace.on_its_way, pace.in_a_row, Within(30s));
  };
  wait_until(true);
  const TimePoint injected = std::chrono::steady_clock::now();
  fault.Inject(Within(30s));
  const TimePoint inject_returned = std::chrono::steady_clock::now();
  wait_until(false);
  figures.Add("inject", injected, inject_returned, streams.Silences(injected));
  fault.WaitForEffect(Within(30s));
  const TimePoint healed = std::chrono::steady_clock::now();
  fault.Heal(Within(30s));
  const TimePoint heal_returned = std::chrono::steady_clock::now();
  wait_until(true);
  figures.Add("heal", healed, heal_returned, streams.FirstArrivals(healed));
  fault.WaitForRecovery(Within(30s));
}

Json Measure(const FaultContext& context, const FaultSpec& spec,
             const FrameStreams& streams, const Pace& pace, int repetitions,
             const std::string& title) {
  Figures figures(title);
  for (int i = 0; i < repetitions; ++i)
    MeasureOnce(*MakeFault(context, spec), streams, pace, figures);
  figures.Print();
  Json report = figures.Report();
  report["fault"] = ToText(spec);
  return report;
}

// Calls `take` with each frame that comes.
std::jthread Listen(VdePlug& plug,
                    std::function<void(const std::string& frame)> take) {
  return std::jthread(
      [&plug, take = std::move(take)](const std::stop_token& stop) {
        while (!stop.stop_requested()) {
          const std::string frame = plug.ReceiveFrame(20);
          if (!frame.empty()) take(frame);
        }
      });
}

// The machines are off and plugs of ours are in their ports: a port has changed
// when it no longer hears a port that stays.
Json MeasurePorts(Cluster& cluster, const FaultContext& context,
                  int repetitions) {
  const Pace pace{.interval = 100us, .on_its_way = 20ms, .in_a_row = 50};
  const auto plugs = cluster.scratch_directory() / "plugs";
  VdePlug own(plugs, kOwnPort);
  FrameStreams streams(kNodes, pace.interval,
                       [&](std::size_t stream, std::uint32_t number) {
                         if (stream == 0) own.Broadcast(std::to_string(number));
                       });
  std::vector<std::unique_ptr<VdePlug>> nodes;
  std::vector<std::jthread> listeners;
  for (std::size_t i = 0; i < kNodes; ++i) {
    nodes.push_back(std::make_unique<VdePlug>(plugs, static_cast<int>(i) + 1));
    listeners.push_back(
        Listen(*nodes.back(), [i, &streams](const std::string& frame) {
          constexpr std::size_t kHeader = 14;
          streams.Arrived(
              i, static_cast<std::uint32_t>(std::stoul(frame.substr(kHeader))));
        }));
  }
  return Measure(context, {.kind = "partition", .targets = {"node1"}}, streams,
                 pace, repetitions, "switch, port by port");
}

// Echo requests to guests, each in the name of the node that the receiver is to
// be cut off from; the answers come to us, because the receiver was told that
// this is where that node is.
class GuestEchoes {
 public:
  GuestEchoes(Cluster& cluster, VdePlug& plug) : plug_(plug) {
    AddBothWays(cluster, 1, 2);
    AddBothWays(cluster, 1, 3);
  }

  std::size_t size() const { return echoes_.size(); }

  void Send(std::size_t stream, std::uint32_t number) {
    Echo echo = echoes_[stream];
    echo.number = number;
    plug_.SendFrame(EchoRequest(echo));
  }

 private:
  void AddBothWays(Cluster& cluster, int a, int b) {
    Add(cluster.node(a), cluster.node(b));
    Add(cluster.node(b), cluster.node(a));
  }

  void Add(Node& receiver, const Node& sender) {
    const std::string mac = receiver.Succeed(
        fmt::format("ip neigh replace {} lladdr {:02x} dev data nud permanent "
                    "&& cat /sys/class/net/data/address",
                    sender.data_address(), fmt::join(plug_.mac(), ":")),
        Within(10s));
    echoes_.push_back(
        {.from = plug_.mac(),
         .to = ParseMac(mac),
         .source = ParseIpv4(sender.data_address()),
         .destination = ParseIpv4(receiver.data_address()),
         .identifier = static_cast<std::uint16_t>(echoes_.size())});
  }

  VdePlug& plug_;
  std::vector<Echo> echoes_;
};

Json MeasureGuests(Cluster& cluster, const FaultContext& context,
                   int repetitions) {
  const Pace pace{.interval = 2ms, .on_its_way = 200ms, .in_a_row = 50};
  VdePlug own(cluster.scratch_directory() / "plugs", kOwnPort);
  GuestEchoes echoes(cluster, own);
  FrameStreams streams(echoes.size(), pace.interval,
                       [&](std::size_t stream, std::uint32_t number) {
                         echoes.Send(stream, number);
                       });
  const std::jthread listener = Listen(own, [&](const std::string& frame) {
    if (const auto reply = ParseEchoReply(frame))
      streams.Arrived(reply->identifier, reply->number);
  });
  return {{"switch_seen_by_guests",
           Measure(context, {.kind = "partition", .targets = {"node1"}},
                   streams, pace, repetitions, "switch, seen by the guests")},
          {"guest_filters",
           Measure(context, {.kind = "filter-partition", .targets = {"node1"}},
                   streams, pace, repetitions, "guest filters")}};
}

int Run(int repetitions) {
  const GuestImage image = LoadGuestImage(DefaultImageDirectory());
  Warden warden;
  const Accelerator accelerator = ProbeAccelerator(warden, image);
  SetTimeScale(accelerator.time_scale);
  Cluster cluster({.nodes = kNodes}, image, Within(20s));
  const auto store = MakeEtcdStore(cluster);  // not formed: a context needs one
  const FaultContext context{.cluster = cluster, .service = *store};
  Json report = {{"repetitions", repetitions},
                 {"accelerator", accelerator.name},
                 {"unit", "ms"}};
  report["switch"] = MeasurePorts(cluster, context, repetitions);
  cluster.Start(Within(60s));
  report.update(MeasureGuests(cluster, context, repetitions));
  std::cout << report.dump(2) << "\n";
  return 0;
}

}  // namespace
}  // namespace faultline::bench

int main(int argc, char** argv) {
  try {
    return faultline::bench::Run(argc > 1 ? std::stoi(argv[1]) : 21);
  } catch (const std::exception& error) {
    std::cerr << "fault_bench: " << error.what() << "\n";
    return 1;
  }
}
