// Changes of who is a member, and restarts of all members in turn.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "faultline/base/eventually.h"
#include "faultline/fault/kinds/fault_kinds.h"
#include "faultline/fault/kinds/membership.h"
#include "faultline/fault/kinds/node_fault.h"
#include "faultline/fault/kinds/service_process.h"
#include "faultline/service/service_unit.h"

namespace faultline::internal {
namespace {

// The node dies and is taken out of the cluster. Its data is of no more use
// then: healed, it joins as a member that nobody has seen before.
class MemberRemoval : public NodeFault {
 public:
  MemberRemoval(const FaultContext& context, Node& node, const FaultSpec& spec)
      : NodeFault(context, node),
        by_power_(TextParameter(spec, "by") == "power"),
        membership_(context.service, node) {}

  void Inject(Deadline deadline) override {
    old_id_ = membership_.RequireId(deadline);
    RequireMainPids(node(), service().units(node()), deadline);
    membership_.RequireAMajorityWithout(deadline);
    dead_ = true;
    Die(deadline);
    membership_.Remove(deadline);
  }

  void WaitForEffect(Deadline deadline) override {
    WaitUntilPeersShow("it is not listed", deadline,
                       [](const Ids& ids) { return ids.empty(); });
  }

  // Also if the machine is off: only one that runs can be a member.
  void Heal(Deadline deadline) override {
    if (!dead_) return;
    if (!node().Running()) node().Start(deadline);
    if (membership_.IsRemoved()) {
      membership_.JoinAfresh(deadline);
    } else {
      ReturnWithItsData(deadline);
    }
    dead_ = false;
  }

  void WaitForRecovery(Deadline deadline) override {
    WaitUntilItAnswers(deadline);
    WaitUntilPeersShow("it is listed once", deadline,
                       [](const Ids& ids) { return ids.size() == 1; });
  }

 protected:
  using Ids = std::vector<std::string>;

  const std::string& old_id() const { return old_id_; }

  // By members that had no part in the change, too. NoEffectError if it does
  // not come to it.
  void WaitUntilPeersShow(const std::string& what, Deadline deadline,
                          const std::function<bool(const Ids&)>& holds) {
    try {
      Eventually(deadline, fmt::format("{}: {}", node().name(), what), [&] {
        const auto lists = membership_.MemberIdsSeenByPeers(deadline);
        return !lists.empty() && std::ranges::all_of(lists, holds);
      });
    } catch (const TimeoutError& error) {
      throw NoEffectError(error.what());
    }
  }

 private:
  // The node may be a member still, which the others need for a majority that
  // tells whether it is.
  void ReturnWithItsData(Deadline deadline) {
    StartService(deadline);
    if (membership_.RemovalWasAsked() &&
        !membership_.IsListedByTheLeader(deadline)) {
      membership_.JoinAfresh(deadline);
    }
  }

  void Die(Deadline deadline) {
    if (by_power_) {
      node().PowerCut();
    } else {
      service().Kill(node(), deadline);
    }
  }

  const bool by_power_;
  Membership membership_;
  std::string old_id_;
  bool dead_ = false;
};

// The same, and a fresh member takes its place at once, at the same address.
class MemberReplacement : public MemberRemoval {
 public:
  using MemberRemoval::MemberRemoval;

  void Inject(Deadline deadline) override {
    MemberRemoval::Inject(deadline);
    MemberRemoval::Heal(deadline);
  }

  void WaitForEffect(Deadline deadline) override {
    WaitUntilPeersShow("it is listed as another member", deadline,
                       [this](const Ids& ids) {
                         return ids.size() == 1 && ids.front() != old_id();
                       });
  }
};

// One after the other, each once the one before is back: what an operator does
// to bring in a new configuration.
class RollingRestart : public Fault {
 public:
  RollingRestart(const FaultContext& context, const FaultSpec& spec)
      : service_(context.service),
        nodes_(TargetsOf(context, spec)),
        in_order_(TextParameter(spec, "by") == "terminate") {}

  void Inject(Deadline deadline) override {
    for (Node* node : nodes_) {
      const std::vector<std::string> units = service_.units(*node);
      old_pids_[node] = RequireMainPids(*node, units, deadline);
      ended_ = node;
      End(*node, units, deadline);
      service_.Start(*node, deadline);
      WaitUntilItIsBack(*node, deadline);
      ended_ = nullptr;
    }
  }

  void WaitForEffect(Deadline deadline) override {
    for (const auto& [node, old_pids] : old_pids_) {
      if (AllAreNew(*node, old_pids, deadline)) continue;
      throw NoEffectError(
          fmt::format("{}: a process from before still runs", node->name()));
    }
  }

  // All run again already, unless it broke off between an end and a start.
  void Heal(Deadline deadline) override {
    if (ended_ && ended_->Running()) service_.Start(*ended_, deadline);
    ended_ = nullptr;
  }

  void WaitForRecovery(Deadline deadline) override {
    for (Node* node : nodes_) WaitUntilItIsBack(*node, deadline);
  }

 private:
  void End(Node& node, const std::vector<std::string>& units,
           Deadline deadline) {
    if (in_order_) {
      TerminateUnits(node, units, deadline);
    } else {
      service_.Kill(node, deadline);
    }
  }

  // A service with a leader is back when it follows one, any other when it
  // answers.
  void WaitUntilItIsBack(Node& node, Deadline deadline) {
    LeadershipControl* const leadership = service_.leadership();
    Eventually(deadline,
               fmt::format("{}: its service {}", node.name(),
                           leadership ? "follows a leader" : "answers"),
               [&] {
                 if (leadership)
                   return !leadership->LeaderSeenBy(node, deadline).empty();
                 service_.RequireAnswer(node, deadline);
                 return true;
               });
  }

  ManagedService& service_;
  const std::vector<Node*> nodes_;
  const bool in_order_;
  std::map<Node*, MainPids> old_pids_;
  Node* ended_ = nullptr;
};

// One target is down at a time; which one does not matter, because nothing else
// happens beside it.
FaultImpact ImpactOfRollingRestart(const FaultSpec& spec,
                                   const std::vector<std::string>&) {
  return {.affected = {spec.targets.begin(), spec.targets.end()},
          .down = {spec.targets.front()}};
}

ParameterSpec By(const char* description, std::vector<std::string> choices) {
  const std::string standard = choices.front();
  return {.name = "by",
          .description = description,
          .type = ParameterSpec::Type::kChoice,
          .default_value = standard,
          .choices = std::move(choices)};
}

}  // namespace

std::vector<FaultKind> MembershipFaults() {
  const TargetCount minority = {.fewest = 1, .most = TargetCount::kMinority};
  const ParameterSpec death = By("how the node dies", {"kill", "power"});
  return {
      {.name = "remove-member",
       .description = "the node dies and is removed from the cluster; healed: "
                      "it joins as a fresh member without data",
       .area = FaultArea::kMembership,
       .targets = minority,
       .stops_node = true,
       .parameters = {death},
       .needs = {capability::kLeader, capability::kMembership},
       .make = OnEachTargetBySpec<MemberRemoval>()},
      {.name = "replace-member",
       .description = "the node dies and is removed from the cluster, and a "
                      "fresh member without data joins in its place",
       .area = FaultArea::kMembership,
       .targets = minority,
       .stops_node = true,
       .parameters = {death},
       .needs = {capability::kLeader, capability::kMembership},
       .make = OnEachTargetBySpec<MemberReplacement>()},
      {.name = "rolling-restart",
       .description = "each target's service is ended and started again, one "
                      "after the other",
       .area = FaultArea::kMembership,
       .targets = {.fewest = 1, .most = TargetCount::kAll},
       .comes_and_goes = true,
       .parameters = {By("how each service ends", {"terminate", "kill"})},
       .impact = ImpactOfRollingRestart,
       .make =
           [](const FaultContext& context, const FaultSpec& spec) {
             return std::make_unique<RollingRestart>(context, spec);
           }},
  };
}

}  // namespace faultline::internal
