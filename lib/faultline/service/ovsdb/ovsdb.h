#pragma once

#include <memory>
#include <string>
#include <vector>

#include "faultline/service/ovsdb/ovsdb_server.h"
#include "faultline/service/ovsdb/ovsdb_unit.h"
#include "faultline/service/replicated_store.h"

namespace faultline {

// Known before anything boots. Not among them: leadership goes to a member of
// OVSDB's own choice.
Capabilities OvsdbCapabilities();

// Of the version that a store's name() tells, "ovsdb 3.1.0"; none if it tells
// none.
std::vector<KnownBug> OvsdbKnownBugs(const std::string &name);

// The OVSDB binding of the ReplicatedStore role. Members talk to each other
// over the data network, on kOvsdbPeerPort; a follower forwards there what it
// cannot decide, so that clients never need another member's address. The
// tester reaches each through the forwarded ports kOvsdbClientPort and
// kOvsdbControlPort, which must be in ClusterOptions::ports. Requests follow
// the error table in ovsdb_errors.h.
std::unique_ptr<ReplicatedStore> MakeOvsdbStore(
    Cluster &cluster, const OvsdbOptions &options = {});

}  // namespace faultline
