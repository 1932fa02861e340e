#pragma once

#include <string>
#include <vector>

#include "faultline/base/deadline.h"

namespace faultline {

// How the OVSDB of a test is set up. Zero means: derived from the machine's
// speed.
struct OvsdbOptions {
  // A follower waits once this, and up to 1 s more, before it stands for
  // election; a leader that hears of no majority for as long steps down.
  Duration election_timer = Duration::zero();  // zero: 1 s, up to 3 s
};

// `options` with its zeros filled in for a machine that is `time_scale` times
// slower than one with KVM.
OvsdbOptions WithElectionTimer(OvsdbOptions options, double time_scale);

// Where one member has its things.
struct OvsdbMemberFiles {
  std::string database = {};        // its Raft log
  std::string control_socket = {};  // short: 108 bytes at most
  std::string schema = {};          // the text of OvsdbSchemaText
  std::string initial = {};         // scratch: the database before it is one
};

// The programs, each with its arguments, that make the first member's database
// of a new cluster, to be run in this order; `schema` is there, `database` is
// not.
std::vector<std::vector<std::string>> OvsdbCreateCommands(
    const OvsdbMemberFiles& files, const std::string& peer_address,
    const OvsdbOptions& options);
// The same for a member that joins through `remotes`. OVSDB addresses are
// "tcp:192.0.2.1:6641".
std::vector<std::string> OvsdbJoinCommand(
    const OvsdbMemberFiles& files, const std::string& peer_address,
    const std::vector<std::string>& remotes);
// The server in the foreground; clients come to `listen`
// ("ptcp:6640:127.0.0.1").
std::vector<std::string> OvsdbServerCommand(const OvsdbMemberFiles& files,
                                            const std::string& listen);

}  // namespace faultline
