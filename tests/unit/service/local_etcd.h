#pragma once

#include <fmt/format.h>
#include <signal.h>

#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "faultline/base/error.h"
#include "faultline/base/eventually.h"
#include "faultline/base/temporary_directory.h"
#include "faultline/base/warden.h"
#include "faultline/service/etcd_admin.h"
#include "faultline/service/etcd_client.h"
#include "faultline/service/etcd_config.h"
#include "support/free_ports.h"

namespace faultline {

// Real etcd processes on loopback, named node1, node2, ...: what the gRPC part
// of the binding is tested against. Ended and removed with this object.
class LocalEtcd {
 public:
  struct Process {
    EtcdMemberConfig config;
    std::string client_address;
    std::unique_ptr<ChildProcess> child;
  };

  // Starts the members and waits until each names a leader.
  explicit LocalEtcd(int members, EtcdOptions options = {})
      : options_(WithTestSettings(options)) {
    warden_.RemoveAtExit(directory_.path());
    for (int index = 1; index <= members; ++index) Add();
    EtcdInitialCluster cluster;
    for (const auto& process : processes_) {
      cluster.emplace_back(process.config.name, process.config.peer_url);
    }
    for (auto& process : processes_) process.config.initial_cluster = cluster;
    for (int index = 1; index <= members; ++index) Start(index);
    for (int index = 1; index <= members; ++index) WaitForLeaderAt(index);
  }

  // One more member that is not started; its index.
  int Add() {
    const std::string name = fmt::format("node{}", processes_.size() + 1);
    const std::vector<int> ports = FreePorts(2);
    const std::string client = fmt::format("127.0.0.1:{}", ports[0]);
    processes_.push_back(
        {.config = {.name = name,
                    .data_directory = (directory_.path() / name).string(),
                    .peer_url = fmt::format("http://127.0.0.1:{}", ports[1]),
                    .client_listen_url = "http://" + client,
                    .client_advertise_url = "http://" + client,
                    .initial_cluster = {}},
         .client_address = client,
         .child = nullptr});
    return static_cast<int>(processes_.size());
  }

  void Start(int index) {
    Process& process = at(index);
    const std::string file = process.config.data_directory + ".yaml";
    std::ofstream(file) << EtcdConfigText(process.config, options_);
    ProcessOptions etcd;
    etcd.name = process.config.name;
    etcd.argv = {"etcd", "--config-file", file};
    etcd.output = process.config.data_directory + ".log";
    process.child = warden_.Spawn(etcd);
  }

  // SIGSTOP; returns once all its threads have stopped, which takes a moment.
  void Pause(int index) {
    Process& process = at(index);
    process.child->Signal(SIGSTOP);
    const auto stat = fmt::format("/proc/{}/stat", process.child->pid());
    Eventually(Within(std::chrono::seconds(5)), "etcd has stopped", [&] {
      std::ifstream file(stat);
      const std::string text(std::istreambuf_iterator<char>(file), {});
      return text.find(") T ") != std::string::npos;
    });
  }

  void WaitForLeaderAt(int index) {
    Eventually(Within(std::chrono::seconds(15)),
               fmt::format("node{} names a leader", index),
               [&](LastSeen& seen) {
                 seen.Set(LogTail(index));
                 return !Status(index).leader.empty();
               });
  }

  int WaitForLeader() {
    return Eventually(Within(std::chrono::seconds(15)), "a leader",
                      [&]() -> std::optional<int> {
                        for (int index = 1; index <= size(); ++index) {
                          if (Status(index).is_leader) return index;
                        }
                        return std::nullopt;
                      });
  }

  // All members have applied what the first has.
  void WaitForEqualRevisions() {
    Eventually(Within(std::chrono::seconds(15)), "equal revisions", [&] {
      for (int index = 2; index <= size(); ++index) {
        if (Status(index).revision != Status(1).revision) return false;
      }
      return true;
    });
  }

  MemberStatus Status(int index) {
    return admin(index)->Status(Within(std::chrono::seconds(2)));
  }
  std::unique_ptr<EtcdClient> client(int index) {
    return std::make_unique<EtcdClient>(at(index).client_address);
  }
  std::unique_ptr<EtcdAdmin> admin(int index) {
    return std::make_unique<EtcdAdmin>(at(index).config.name,
                                       at(index).client_address, names_);
  }
  Process& at(int index) { return processes_.at(index - 1); }
  int size() const { return static_cast<int>(processes_.size()); }
  const std::shared_ptr<EtcdMemberNames>& names() const { return names_; }

 private:
  static EtcdOptions WithTestSettings(EtcdOptions options) {
    options.heartbeat = std::chrono::milliseconds(50);
    options.election = std::chrono::milliseconds(500);
    options.unsafe_no_fsync = true;
    return options;
  }

  std::string LogTail(int index) {
    std::ifstream log(at(index).config.data_directory + ".log");
    std::string line;
    std::string last = "an empty log";
    while (std::getline(log, line)) last = line;
    return last;
  }

  const EtcdOptions options_;
  const std::shared_ptr<EtcdMemberNames> names_ =
      std::make_shared<EtcdMemberNames>();
  const TemporaryDirectory directory_{"faultline-etcd"};
  Warden warden_;
  std::vector<Process> processes_;
};

}  // namespace faultline
