// Settings of etcd that are known to break a property, and their safe twins.
#include "faultline/service/etcd.h"
#include "faultline/service/registry/store_bindings.h"
#include "store_controls.h"

namespace faultline {
namespace {

using EtcdControls = StoreControls;

StoreSetting Etcd(const EtcdOptions& options, const std::string& load) {
  StoreSetting setting{.binding = FindStoreBinding("ChainFire"), .load = load};
  setting.binding.make = [options](Cluster& cluster) {
    return MakeEtcdStore(cluster, options);
  };
  return setting;
}

TEST_F(EtcdControls, LocalReadsThroughAnIsolatedMemberAreStale) {
  ExpectToldApart(
      {.name = "local reads",
       .broken = "local reads",
       .safe = "linearizable reads",
       .schedule =
           ParsePlan("nodes 3\nat 500 ms for 6000 ms: isolate node1\n", "plan"),
       .property = "linearizable as a "},
      {{"local reads", Etcd({}, "local-reads")},
       {"linearizable reads", Etcd({}, "register")}});
}

TEST_F(EtcdControls, WithoutFsyncAPowerCutLosesAcknowledgedWrites) {
  ExpectToldApart(
      {.name = "fsync",
       .broken = "without fsync",
       .safe = "with fsync",
       .schedule =
           ParsePlan("nodes 3\nat 3000 ms for 2000 ms: power-cut-unflushed "
                     "node1,node2,node3 keep=flushed\n",
                     "plan"),
       .property = "every acknowledged write stands"},
      {{"without fsync", Etcd({.unsafe_no_fsync = true}, "register")},
       {"with fsync", Etcd({}, "register")}});
}

}  // namespace
}  // namespace faultline
