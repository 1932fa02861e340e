#include "faultline/cluster/cluster.h"

#include <gmock/gmock.h>

#include <csignal>

#include "faultline/base/eventually.h"
#include "support/fake_qemu.h"

namespace faultline {
namespace {

using std::chrono_literals::operator""s;

// A child that outlives the warden: it clears the signal that it would get.
constexpr char kOutliveWarden[] = R"(
if [ -z "$OUTLIVES" ]; then
  OUTLIVES=1 exec setpriv --pdeathsig clear sh "$0" "$@"
fi
)";

TEST(Cluster, ThatLostItsWardenIsDestroyedAllTheSame) {
  const ScopedVariable accelerator("FAULTLINE_ACCELERATOR", "tcg");
  const FakeQemu qemu(kOutliveWarden);
  pid_t machine = -1;
  {
    Cluster cluster({.nodes = 1}, GuestImage{}, Deadline::After(20s));
    cluster.node(1).machine().PowerOn(Deadline::After(20s));
    machine = cluster.node(1).machine().pid();
    ::kill(cluster.warden().pid(), SIGKILL);
  }
  Eventually(Deadline::After(10s), "the machine is gone",
             [&] { return ::kill(machine, 0) != 0; });
}

}  // namespace
}  // namespace faultline
