#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace faultline {

enum class OvsdbRole { kFollower, kCandidate, kLeader };

// One line of "Servers:". Ids are the four hexadecimal digits that OVSDB shows.
struct OvsdbServer {
  std::string id = {};
  std::string address = {};  // "tcp:192.0.2.1:6641"
  bool self = false;
  std::string phase = {};      // while it is added: "Catching-Up"
  std::string voted_for = {};  // told by a candidate only
  std::optional<std::uint64_t> next_index = {};  // told by the leader only
  std::optional<std::uint64_t> match_index = {};
  std::optional<std::int64_t> last_message_ms = {};  // how long ago
};

// One of "Connections:".
struct OvsdbConnection {
  std::string peer = {};  // an id; "0000" before it is known
  bool incoming = false;
  bool up = false;
};

// What one member of an OVSDB cluster says of itself.
struct OvsdbClusterStatus {
  std::string name = {};
  std::string cluster_id = {};  // whole; empty: not yet known
  std::string server_id = {};   // whole
  std::string address = {};
  std::string status = {};  // "cluster member", "joining cluster", "failed",
                            // "disconnected from the cluster (...)", ...
  OvsdbRole role = OvsdbRole::kFollower;
  std::uint64_t term = 0;
  std::string leader = {};         // an id, "self", or empty: unknown
  std::string vote = {};           // the same
  std::string last_election = {};  // "timeout", "leadership_transfer"; or empty
  std::int64_t election_timer_ms = 0;
  std::uint64_t log_start = 0;
  std::uint64_t log_end = 0;  // the first index that is not there
  std::uint64_t uncommitted = 0;
  std::uint64_t unapplied = 0;
  std::vector<OvsdbConnection> connections = {};
  std::int64_t disconnections = 0;
  std::vector<OvsdbServer> servers = {};

  bool IsMember() const { return status == "cluster member"; }
  std::uint64_t commit_index() const { return log_end - 1 - uncommitted; }
  std::uint64_t applied_index() const { return log_end - 1 - unapplied; }
  // The server that leads, "self" resolved; null if none is known.
  const OvsdbServer* FindLeader() const;
};

// The text of `cluster/status`, as Open vSwitch 2.15 to 3.5 write it; lines
// that are not known are passed over. Throws Error that names the line or the
// field if one is malformed or missing.
OvsdbClusterStatus ParseOvsdbClusterStatus(const std::string& text);

}  // namespace faultline
