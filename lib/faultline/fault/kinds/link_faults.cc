// The data NIC loses its carrier: unlike a partition, the guest sees it.
#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "faultline/base/eventually.h"
#include "faultline/fault/kinds/fault_kinds.h"
#include "faultline/fault/kinds/node_fault.h"
#include "faultline/fault/kinds/repeater.h"

namespace faultline::internal {
namespace {

using std::chrono::seconds;

class LinkFault : public NodeFault {
 public:
  using NodeFault::NodeFault;

  void WaitForRecovery(Deadline deadline) override {
    if (!node().Running()) return;
    Eventually(deadline, node().name() + ": its data NIC has a carrier",
               [&] { return Read("carrier", deadline) == "1"; });
  }

 protected:
  void SetLink(bool up, Deadline deadline) {
    node().machine().qmp()->Execute("set_link", {{"name", "data"}, {"up", up}},
                                    deadline);
  }
  // One file of the NIC in the guest's /sys.
  std::string Read(const std::string& file, Deadline deadline) {
    return Trimmed(node().Succeed("cat /sys/class/net/data/" + file, deadline));
  }
  // Waits for what the guest is to see by itself.
  template <typename Condition>
  void ExpectEffect(const std::string& what, Deadline deadline,
                    Condition condition) {
    try {
      Eventually(deadline.Capped(seconds(30)),
                 fmt::format("{}: {}", node().name(), what), condition);
    } catch (const TimeoutError& error) {
      throw NoEffectError(error.what());
    }
  }
};

class LinkDown : public LinkFault {
 public:
  using LinkFault::LinkFault;

  void Inject(Deadline deadline) override {
    active_ = true;
    SetLink(false, deadline);
  }
  void WaitForEffect(Deadline deadline) override {
    ExpectEffect("its data NIC has no carrier", deadline,
                 [&] { return Read("carrier", deadline) == "0"; });
  }
  void Heal(Deadline deadline) override {
    if (active_ && node().Running()) SetLink(true, deadline);
    active_ = false;
  }

 private:
  bool active_ = false;
};

class Flapping : public LinkFault {
 public:
  Flapping(const FaultContext& context, Node& node, const FaultSpec& spec)
      : LinkFault(context, node), period_(DurationParameter(spec, "period")) {}

  void Inject(Deadline deadline) override {
    before_ = Changes(deadline);
    active_ = true;
    flapping_ = std::make_unique<Repeater>(
        node().name() + ": flapping", period_ / 2, [this] {
          up_ = !up_;
          SetLink(up_, Deadline::After(seconds(5)));
        });
  }
  void WaitForEffect(Deadline deadline) override {
    ExpectEffect("its data NIC loses its carrier again and again", deadline,
                 [&] { return Changes(deadline) >= before_ + 2; });
  }
  void Heal(Deadline deadline) override {
    flapping_.reset();
    if (active_ && node().Running()) SetLink(true, deadline);
    active_ = false;
  }

 private:
  int Changes(Deadline deadline) {
    return std::stoi(Read("carrier_changes", deadline));
  }

  const Duration period_;
  int before_ = 0;
  bool active_ = false;
  bool up_ = true;  // of the repeater
  std::unique_ptr<Repeater> flapping_;
};

}  // namespace

std::vector<FaultKind> LinkFaults() {
  const TargetCount any = {.fewest = 1, .most = TargetCount::kAll};
  return {
      {.name = "link-down",
       .description = "the cable of the data NIC is pulled",
       .area = FaultArea::kLink,
       .targets = any,
       .make = OnEachTarget<LinkDown>()},
      {.name = "flapping",
       .description = "the cable of the data NIC is pulled and plugged in "
                      "again and again",
       .area = FaultArea::kLink,
       .targets = any,
       .comes_and_goes = true,
       .parameters = {{.name = "period",
                       .description = "half of it down, half of it up",
                       .type = ParameterSpec::Type::kDuration,
                       .default_value = "1s",
                       .minimum = 0.02,
                       .maximum = 60}},
       .make = OnEachTargetBySpec<Flapping>()},
  };
}

}  // namespace faultline::internal
