#pragma once

#include <memory>

#include "faultline/service/directory/directory.h"

namespace faultline {

inline constexpr int kOpenldapPort = 636;  // on both networks

// The OpenLDAP binding of the Directory role: each node runs a slapd that takes
// changes and follows all others (delta-syncrepl, multi-provider), over TLS
// with certificates and secrets of this object alone. The tester reaches each
// through the forwarded port kOpenldapPort of its control NIC, which must be in
// ClusterOptions::ports. Several nodes that are written to by one client at a
// time are what OpenLDAP calls mirror mode.
//
// Since its secrets are in no checkpoint, it is formed in each run: Attach
// takes only what this object formed.
std::unique_ptr<Directory> MakeOpenldap(Cluster& cluster);

}  // namespace faultline
