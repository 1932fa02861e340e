#pragma once

#include <string>

#include "faultline/base/eventually.h"
#include "faultline/fault/catalogue/fault_catalogue.h"
#include "faultline/service/registry/store_bindings.h"
#include "faultline/testing/store_test.h"

namespace faultline {

// The fixture of the catalogue's witnesses: each sees with other eyes than the
// fault's own that it bites, and that it is gone when it was healed.
class FaultTest : public StoreTest {
 public:
  FaultTest() : StoreTest(FindStoreBinding("ChainFire")) {}

 protected:
  Node& node(int index) { return cluster().node(index); }

  // They know each other's hardware address afterwards: no counter shows how,
  // and no fault loses or damages the question for it.
  void BootTwo() {
    BootNodes(2);
    Eventually(Within(std::chrono::seconds(20)), "node1 reaches node2",
               [&] { return Reaches(node(1), node(2)); });
  }

  // What a client of this node's member gets for a write.
  StoreReply Put(Node& node) {
    return store().Connect(node)->Put("key", "value",
                                      Within(std::chrono::seconds(3)));
  }
  std::string Run(Node& node, const std::string& command) {
    return node.Succeed(command, Within(std::chrono::seconds(20)));
  }
  std::int64_t Counter(Node& node, const std::string& name) {
    return std::stoll(
        Run(node, "nstat -asz " + name + " | awk '/^[A-Z]/ { print $2 }'"));
  }
  // Seconds that the guest's wall clock is ahead of ours.
  double ClockOffset(Node& node) {
    const double guest = std::stod(Run(node, "date +%s.%N"));
    const std::chrono::duration<double> ours =
        std::chrono::system_clock::now().time_since_epoch();
    return guest - ours.count();
  }
  // One ping over the data network is answered. A ping that fails is repeated
  // once: under emulation a guest may be late.
  bool Reaches(Node& from, Node& to) {
    const std::string ping = "ping -c 1 -W 1 " + to.data_address();
    const std::string twice = ping + " || " + ping;
    return from.Execute(twice, Within(std::chrono::seconds(20))).Succeeded();
  }
  // How often one of 60 pings from node1 to node2 is answered before an earlier
  // one.
  int Overtakings() {
    return std::stoi(
        Run(node(1), "ping -c 60 -i 0.01 " + node(2).data_address() +
                         " | sed -n 's/.*icmp_seq=\\([0-9]*\\).*/\\1/p' | "
                         "awk '$1 < last { n++ } { last = $1 } "
                         "END { print n + 0 }'"));
  }
};

}  // namespace faultline
