// Ways to use OVSDB that are known to break a property, and their safe twins.
#include "faultline/service/registry/store_bindings.h"
#include "store_controls.h"

namespace faultline {
namespace {

using OvsdbControls = StoreControls;

TEST_F(OvsdbControls, LocalReadsThroughAnIsolatedMemberAreStale) {
  const StoreBinding binding = FindStoreBinding("FlareDB");
  ExpectToldApart(
      {.name = "reads from followers",
       .broken = "local reads",
       .safe = "reads with prerequisites",
       .schedule =
           ParsePlan("nodes 3\nat 500 ms for 6000 ms: isolate node1\n", "plan"),
       .property = "linearizable as a "},
      {{"local reads", {binding, "local-reads"}},
       {"reads with prerequisites", {binding, "register"}}});
}

}  // namespace
}  // namespace faultline
