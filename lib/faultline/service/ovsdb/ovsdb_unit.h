#pragma once

#include <string>
#include <vector>

#include "faultline/service/ovsdb/ovsdb_server.h"

namespace faultline {

inline constexpr char kOvsdbUnit[] = "faultline-ovsdb.service";
inline constexpr char kOvsdbMemberFile[] = "/var/lib/state/ovsdb/member";
inline constexpr char kOvsdbDatabaseFile[] =
    "/var/lib/state/ovsdb/faultline.db";

inline constexpr int kOvsdbClientPort = 6640;   // on the control NIC
inline constexpr int kOvsdbPeerPort = 6641;     // on the data network
inline constexpr int kOvsdbControlPort = 6642;  // on the control NIC: leads to
                                                // the control socket

// What a guest's member has to know: the text of kOvsdbMemberFile, which a
// shell reads. `remotes` empty: the first of a new cluster, else who to join
// through. OVSDB addresses are "tcp:192.0.2.1:6641".
std::string OvsdbMemberText(const std::string& peer_address,
                            const std::vector<std::string>& remotes,
                            const OvsdbOptions& options);

}  // namespace faultline
