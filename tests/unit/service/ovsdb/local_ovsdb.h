#pragma once

#include <fmt/format.h>
#include <signal.h>

#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "faultline/base/error.h"
#include "faultline/base/eventually.h"
#include "faultline/base/files.h"
#include "faultline/base/temporary_directory.h"
#include "faultline/base/warden.h"
#include "faultline/service/ovsdb/ovsdb_client.h"
#include "faultline/service/ovsdb/ovsdb_control.h"
#include "faultline/service/ovsdb/ovsdb_monitor.h"
#include "faultline/service/ovsdb/ovsdb_schema.h"
#include "faultline/service/ovsdb/ovsdb_server.h"
#include "support/free_ports.h"

namespace faultline {

// Real ovsdb-server processes on loopback, named node1, node2, ..., as one
// cluster that holds our schema. Ended and removed with this object.
class LocalOvsdb {
 public:
  struct Member {
    std::string name;
    OvsdbMemberFiles files;
    std::string peer_address;    // "tcp:127.0.0.1:40001"
    std::string client_address;  // "127.0.0.1:40002"
    std::unique_ptr<ChildProcess> child;
  };

  // Starts the members and waits until each names a leader.
  explicit LocalOvsdb(int members) {
    warden_.RemoveAtExit(directory_.path());
    for (int index = 1; index <= members; ++index) {
      Add();
      if (index == 1) {
        Create();
      } else {
        PrepareToJoin(index);
      }
      Start(index);
      if (index == 1) WaitUntilMember(1);
    }
    for (int index = 2; index <= members; ++index) WaitUntilMember(index);
  }

  // One more member, without a database; its index.
  int Add() {
    const std::string name = fmt::format("node{}", members_.size() + 1);
    const std::vector<int> ports = FreePorts(2);
    const std::string base = (directory_.path() / name).string();
    members_.push_back(
        {.name = name,
         .files = {.database = base + ".db",
                   .control_socket = base + ".ctl",
                   .schema = base + ".schema",
                   .initial = base + ".initial"},
         .peer_address = fmt::format("tcp:127.0.0.1:{}", ports[0]),
         .client_address = fmt::format("127.0.0.1:{}", ports[1]),
         .child = nullptr});
    return static_cast<int>(members_.size());
  }

  void PrepareToJoin(int index) {
    RunTool(OvsdbJoinCommand(at(index).files, at(index).peer_address,
                             {at(1).peer_address}));
  }

  void Start(int index) {
    Member& member = at(index);
    const std::size_t colon = member.client_address.find(':');
    ProcessOptions server;
    server.name = member.name;
    server.argv = OvsdbServerCommand(
        member.files, fmt::format("ptcp:{}:127.0.0.1",
                                  member.client_address.substr(colon + 1)));
    server.output = member.files.database + ".log";
    member.child = warden_.Spawn(server);
  }

  void WaitUntilMember(int index) {
    Eventually(Within(std::chrono::seconds(20)),
               fmt::format("node{} is a member and knows its leader", index),
               [&](LastSeen& seen) {
                 const OvsdbClusterStatus status = Status(index);
                 seen.Set(status.status + ", leader " + status.leader);
                 return status.IsMember() && status.FindLeader() != nullptr &&
                        status.commit_index() > 1;
               });
  }

  int WaitForLeader() {
    return Eventually(Within(std::chrono::seconds(20)), "a leader",
                      [&]() -> std::optional<int> {
                        for (int index = 1; index <= size(); ++index) {
                          if (at(index).child && at(index).child->Running() &&
                              Status(index).role == OvsdbRole::kLeader) {
                            return index;
                          }
                        }
                        return std::nullopt;
                      });
  }
  int AFollower() {
    const int leader = WaitForLeader();
    return leader == 1 ? 2 : 1;
  }

  // SIGSTOP; returns once all its threads have stopped, which takes a moment.
  void Pause(int index) {
    at(index).child->Signal(SIGSTOP);
    const auto stat = fmt::format("/proc/{}/stat", at(index).child->pid());
    Eventually(Within(std::chrono::seconds(5)), "ovsdb-server stops", [&] {
      std::ifstream file(stat);
      const std::string text(std::istreambuf_iterator<char>(file), {});
      return text.find(") T ") != std::string::npos;
    });
  }
  void Continue(int index) { at(index).child->Signal(SIGCONT); }

  OvsdbClusterStatus Status(int index) {
    return control(index).Status(Within(std::chrono::seconds(2)));
  }
  OvsdbControl control(int index) {
    return {at(index).name, "unix:" + at(index).files.control_socket,
            kOvsdbDatabase};
  }
  std::unique_ptr<OvsdbClient> client(int index) {
    return std::make_unique<OvsdbClient>(
        at(index).name,
        [address = at(index).client_address] { return address; });
  }
  std::unique_ptr<OvsdbMonitor> monitor(
      int index, const std::optional<OvsdbMonitorPoint>& after = {}) {
    return std::make_unique<OvsdbMonitor>(at(index).name,
                                          at(index).client_address, after,
                                          Within(std::chrono::seconds(5)));
  }
  // Runs a tool with its output; throws Error if it fails.
  std::string RunTool(const std::vector<std::string>& command) {
    const CommandResult result =
        warden_.Run(command, Within(std::chrono::seconds(20)));
    if (result.exit_code != 0) {
      throw Error(fmt::format("{} {}: {}{}", command[0], command[1],
                              result.standard_output, result.standard_error));
    }
    return result.standard_output;
  }
  Member& at(int index) { return members_.at(index - 1); }
  int size() const { return static_cast<int>(members_.size()); }
  Warden& warden() { return warden_; }

 private:
  void Create() {
    const Member& first = at(1);
    WriteFileAtomically(first.files.schema, OvsdbSchemaText());
    for (const auto& command :
         OvsdbCreateCommands(first.files, first.peer_address,
                             {.election_timer = kElectionTimer})) {
      RunTool(command);
    }
  }

  static constexpr Duration kElectionTimer = std::chrono::milliseconds(500);
  const TemporaryDirectory directory_{"faultline-ovsdb"};
  Warden warden_;
  std::vector<Member> members_;
};

}  // namespace faultline
