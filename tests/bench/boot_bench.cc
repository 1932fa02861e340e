// boot_bench [repetitions]: where the time goes from power-on to three healthy
// etcd members with a committed write, what a guest costs in memory, and what a
// command over SSH costs beside OpenSSH with a shared connection. JSON.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "faultline/base/error.h"
#include "faultline/base/eventually.h"
#include "faultline/base/files.h"
#include "faultline/base/processor_time.h"
#include "faultline/cluster/cluster.h"
#include "faultline/service/etcd.h"

namespace faultline {
namespace {

using Json = nlohmann::json;
using std::chrono_literals::operator""s;

constexpr int kRoundTrips = 50;

double SecondsSince(TimePoint begin) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - begin)
      .count();
}

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values.at(values.size() / 2);
}

Json Summary(const std::vector<double>& values) {
  return {{"median", Median(values)},
          {"min", *std::min_element(values.begin(), values.end())},
          {"max", *std::max_element(values.begin(), values.end())}};
}

// One field of /proc/PID/status in MiB.
double ResidentMib(pid_t pid) {
  std::ifstream status(fmt::format("/proc/{}/status", pid));
  std::string line;
  while (std::getline(status, line)) {
    if (line.starts_with("VmRSS:")) return std::stod(line.substr(6)) / 1024;
  }
  return 0;
}

double SshRoundTripMilliseconds(Node& node) {
  node.Succeed("true", Within(10s));
  std::vector<double> times;
  for (int i = 0; i < kRoundTrips; ++i) {
    const TimePoint begin = std::chrono::steady_clock::now();
    node.Succeed("true", Within(10s));
    times.push_back(SecondsSince(begin) * 1000);
  }
  return Median(times);
}

// OpenSSH's client, which reads no configuration, over one shared connection.
std::vector<std::string> OpenSsh(Cluster& cluster, Node& node,
                                 const std::vector<std::string>& options) {
  const auto& scratch = cluster.scratch_directory();
  std::vector<std::string> command = {
      "ssh",
      "-F/dev/null",
      "-oBatchMode=yes",
      "-oControlPath=" + (scratch / "shared").string(),
      "-oUserKnownHostsFile=/dev/null",
      "-oStrictHostKeyChecking=no",
      "-oLogLevel=ERROR",
      "-i" + (scratch / "key").string(),
      fmt::format("-p{}", node.HostPort(22)),
      "root@127.0.0.1"};
  command.insert(command.end(), options.begin(), options.end());
  return command;
}

double OpenSshRoundTripMilliseconds(Cluster& cluster, Node& node) {
  WriteFileAtomically(cluster.scratch_directory() / "key",
                      cluster.user_key().private_key);
  const auto master =
      cluster.warden().Spawn({.name = "ssh master",
                              .argv = OpenSsh(cluster, node, {"-M", "-N"}),
                              .output = {}});
  const std::vector<std::string> command = OpenSsh(cluster, node, {"true"});
  Eventually(Within(20s), "the shared connection is open", [&] {
    return std::filesystem::exists(cluster.scratch_directory() / "shared");
  });
  std::vector<double> times;
  for (int i = 0; i < kRoundTrips; ++i) {
    const TimePoint begin = std::chrono::steady_clock::now();
    const CommandResult result = cluster.warden().Run(command, Within(20s));
    if (!result.Succeeded()) throw CommandError(result.standard_error);
    times.push_back(SecondsSince(begin) * 1000);
  }
  return Median(times);
}

struct Samples {
  std::map<std::string, std::vector<double>> values;
  void Add(const std::string& name, double value) {
    values[name].push_back(value);
  }
};

void MeasureNodes(Cluster& cluster, Samples& samples) {
  for (Node* node : cluster.nodes()) {
    samples.Add("cpu_seconds_per_vm",
                ProcessorSeconds(node->machine().pid()).value());
    samples.Add("resident_mib_per_vm", ResidentMib(node->machine().pid()));
  }
}

void MeasureOnce(const GuestImage& image, Samples& samples) {
  const TimePoint begin = std::chrono::steady_clock::now();
  Cluster cluster({.nodes = 3, .ports = {kEtcdClientPort}}, image, Within(20s));
  cluster.Start(Within(60s));
  const double booted = SecondsSince(begin);
  const auto store = MakeEtcdStore(cluster);
  store->Form(cluster.nodes(), Within(60s));
  Node& leader = store->WaitForLeader(Within(30s));
  store->WaitForAgreement(Within(30s));
  const double healthy = SecondsSince(begin);
  const StoreReply put =
      store->Connect(leader)->Put("key", "value", Within(10s));
  if (put.outcome != Outcome::kOk) throw CommandError("put: " + put.error);
  samples.Add("power_on_to_ssh", booted);
  samples.Add("ssh_to_healthy", healthy - booted);
  samples.Add("power_on_to_healthy", healthy);
  samples.Add("power_on_to_committed_write", SecondsSince(begin));
  MeasureNodes(cluster, samples);
  samples.Add("ssh_round_trip_ms", SshRoundTripMilliseconds(leader));
  samples.Add("openssh_round_trip_ms",
              OpenSshRoundTripMilliseconds(cluster, leader));
}

int Run(int repetitions) {
  const GuestImage image = LoadGuestImage(DefaultImageDirectory());
  Warden warden;
  const Accelerator accelerator = ProbeAccelerator(warden, image);
  SetTimeScale(accelerator.time_scale);
  Samples samples;
  for (int i = 0; i < repetitions; ++i) {
    MeasureOnce(image, samples);
    std::cerr << fmt::format("run {}: healthy after {:.1f} s\n", i + 1,
                             samples.values["power_on_to_healthy"].back());
  }
  Json report = {{"repetitions", repetitions},
                 {"accelerator", accelerator.name},
                 {"image", image.id}};
  for (const auto& [name, values] : samples.values) {
    report[name] = Summary(values);
  }
  std::cout << report.dump(2) << "\n";
  return 0;
}

}  // namespace
}  // namespace faultline

int main(int argc, char** argv) {
  try {
    return faultline::Run(argc > 1 ? std::stoi(argv[1]) : 5);
  } catch (const std::exception& error) {
    std::cerr << "boot_bench: " << error.what() << "\n";
    return 1;
  }
}
