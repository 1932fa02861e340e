#pragma once

#include <memory>
#include <string>
#include <vector>

#include "faultline/service/etcd_config.h"
#include "faultline/service/replicated_store.h"

namespace faultline {

inline constexpr int kEtcdClientPort = 2379;  // on the control NIC
inline constexpr int kEtcdPeerPort = 2380;    // on the data network

// What MakeEtcdStore's stores can do, with any options.
Capabilities EtcdCapabilities();

// Those of a version, by the name of its store ("etcd 3.4.23").
std::vector<KnownBug> EtcdKnownBugs(const std::string& name);

// The etcd binding of the ReplicatedStore role. Members talk to each other over
// the data network; the tester reaches each through the forwarded port
// kEtcdClientPort of its control NIC, which must be in ClusterOptions::ports.
// Requests follow the error table in etcd_errors.h.
std::unique_ptr<ReplicatedStore> MakeEtcdStore(Cluster& cluster,
                                               const EtcdOptions& options = {});

}  // namespace faultline
