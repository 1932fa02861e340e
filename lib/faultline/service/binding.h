#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "faultline/cluster/node_spec.h"
#include "faultline/service/replicated_store.h"

namespace faultline {

// A binding of any role: what suites, checkpoints and sweeps must know to make
// a service. A value.
struct ServiceBinding {
  std::string role;             // leads the checkpoint's name: "ChainFire"
  std::vector<int> ports = {};  // guest ports the client needs
  std::function<std::unique_ptr<ManagedService>(Cluster&)> make;
};

// A binding of the ReplicatedStore role. A value.
struct StoreBinding {
  std::string role;             // the suite's name: "ChainFire"
  std::vector<int> ports = {};  // guest ports the client needs
  // What the nodes' image holds, no more; empty: the default image.
  std::set<std::string> services = {};
  Capabilities capabilities = {};  // of what `make` makes
  std::function<std::unique_ptr<ReplicatedStore>(Cluster&)> make;

  ServiceBinding AsService() const { return {role, ports, make}; }
  // Nodes of the kind that it runs on.
  NodeSpecs Nodes(int count) const { return {count, {.services = services}}; }
};

}  // namespace faultline
