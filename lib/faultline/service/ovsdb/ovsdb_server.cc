#include "faultline/service/ovsdb/ovsdb_server.h"

#include <fmt/format.h>

#include <algorithm>

#include "faultline/service/ovsdb/ovsdb_schema.h"

namespace faultline {

OvsdbOptions WithElectionTimer(OvsdbOptions options, double time_scale) {
  if (options.election_timer == Duration::zero()) {
    const std::chrono::duration<double> scaled(
        std::clamp(time_scale, 1.0, 3.0));
    options.election_timer =
        std::chrono::round<std::chrono::milliseconds>(scaled);
  }
  return options;
}

std::vector<std::vector<std::string>> OvsdbCreateCommands(
    const OvsdbMemberFiles& files, const std::string& peer_address,
    const OvsdbOptions& options) {
  const auto milliseconds =
      std::chrono::round<std::chrono::milliseconds>(options.election_timer);
  return {
      {"ovsdb-tool", "create", files.initial, files.schema},
      {"ovsdb-tool", "transact", files.initial, OvsdbFirstTransaction()},
      {"ovsdb-tool", fmt::format("--election-timer={}", milliseconds.count()),
       "create-cluster", files.database, files.initial, peer_address}};
}

std::vector<std::string> OvsdbJoinCommand(
    const OvsdbMemberFiles& files, const std::string& peer_address,
    const std::vector<std::string>& remotes) {
  std::vector<std::string> command = {"ovsdb-tool", "join-cluster",
                                      files.database, kOvsdbDatabase,
                                      peer_address};
  command.insert(command.end(), remotes.begin(), remotes.end());
  return command;
}

std::vector<std::string> OvsdbServerCommand(const OvsdbMemberFiles& files,
                                            const std::string& listen) {
  return {"ovsdb-server",
          "--remote=" + listen,
          "--unixctl=" + files.control_socket,
          "--no-chdir",
          "--log-file=/dev/null",
          "-vconsole:info",
          "-vsyslog:off",
          "-vfile:off",
          files.database};
}

}  // namespace faultline
