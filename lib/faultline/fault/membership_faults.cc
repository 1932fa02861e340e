// Changes of who is a member, and restarts of all members in turn.
#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "faultline/base/eventually.h"
#include "faultline/fault/groups.h"
#include "faultline/fault/membership.h"
#include "faultline/fault/node_fault.h"
#include "faultline/fault/service_process.h"

namespace faultline::internal {
namespace {

// The node dies and is taken out of the cluster. Its data is of no more use
// then: healed, it joins as a member that nobody has seen before.
class MemberRemoval : public NodeFault {
 public:
  MemberRemoval(const FaultContext& context, Node& node, const FaultSpec& spec)
      : NodeFault(context, node),
        by_power_(TextParameter(spec, "by") == "power"),
        membership_(context.store, node) {}

  void Inject(Deadline deadline) override {
    old_id_ = membership_.RequireId(deadline);
    RequireMainPid(node(), store(), deadline);
    membership_.RequireAMajorityWithout(deadline);
    dead_ = true;
    Die(deadline);
    membership_.Remove(deadline);
  }

  void WaitForEffect(Deadline deadline) override {
    WaitUntilTheOthersShow("it is not listed", deadline,
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
    WaitUntilTheOthersShow("it is listed once", deadline,
                           [](const Ids& ids) { return ids.size() == 1; });
  }

 protected:
  using Ids = std::vector<std::uint64_t>;

  std::uint64_t old_id() const { return old_id_; }

  // By members that had no part in the change, too. NoEffectError if it does
  // not come to it.
  void WaitUntilTheOthersShow(const std::string& what, Deadline deadline,
                              const std::function<bool(const Ids&)>& holds) {
    try {
      Eventually(deadline, fmt::format("{}: {}", node().name(), what), [&] {
        const auto lists = membership_.AsTheOthersShowIt(deadline);
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
      store().KillService(node(), deadline);
    }
  }

  const bool by_power_;
  Membership membership_;
  std::uint64_t old_id_ = 0;
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
    WaitUntilTheOthersShow("it is listed as another member", deadline,
                           [this](const Ids& ids) {
                             return ids.size() == 1 && ids.front() != old_id();
                           });
  }
};

// One after the other, each once the one before follows a leader again: what an
// operator does to bring in a new configuration.
class RollingRestart : public Fault {
 public:
  RollingRestart(const FaultContext& context, const FaultSpec& spec)
      : store_(context.store),
        nodes_(TargetsOf(context, spec)),
        in_order_(TextParameter(spec, "by") == "terminate") {}

  void Inject(Deadline deadline) override {
    for (Node* node : nodes_) {
      old_pids_[node] = RequireMainPid(*node, store_, deadline);
      ended_ = node;
      End(*node, deadline);
      store_.StartService(*node, deadline);
      WaitUntilItFollows(*node, deadline);
      ended_ = nullptr;
    }
  }

  void WaitForEffect(Deadline deadline) override {
    for (const auto& [node, old_pid] : old_pids_) {
      if (RequireMainPid(*node, store_, deadline) != old_pid) continue;
      throw NoEffectError(
          fmt::format("{}: process {} still runs", node->name(), old_pid));
    }
  }

  // All run again already, unless it broke off between an end and a start.
  void Heal(Deadline deadline) override {
    if (ended_ && ended_->Running()) store_.StartService(*ended_, deadline);
    ended_ = nullptr;
  }

  void WaitForRecovery(Deadline deadline) override {
    for (Node* node : nodes_) WaitUntilItFollows(*node, deadline);
  }

 private:
  void End(Node& node, Deadline deadline) {
    if (in_order_) {
      EndServiceInOrder(node, store_, deadline);
    } else {
      store_.KillService(node, deadline);
    }
  }

  void WaitUntilItFollows(Node& node, Deadline deadline) {
    Eventually(deadline, node.name() + ": its service follows a leader",
               [&] { return !store_.Status(node, deadline).leader.empty(); });
  }

  ReplicatedStore& store_;
  const std::vector<Node*> nodes_;
  const bool in_order_;
  std::map<Node*, std::string> old_pids_;
  Node* ended_ = nullptr;
};

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
       .make = OnEachTargetBySpec<MemberRemoval>()},
      {.name = "replace-member",
       .description = "the node dies and is removed from the cluster, and a "
                      "fresh member without data joins in its place",
       .area = FaultArea::kMembership,
       .targets = minority,
       .stops_node = true,
       .parameters = {death},
       .make = OnEachTargetBySpec<MemberReplacement>()},
      {.name = "rolling-restart",
       .description = "each target's service is ended and started again, one "
                      "after the other",
       .area = FaultArea::kMembership,
       .targets = {.fewest = 1, .most = TargetCount::kAll},
       .parameters = {By("how each service ends", {"terminate", "kill"})},
       .make =
           [](const FaultContext& context, const FaultSpec& spec) {
             return std::make_unique<RollingRestart>(context, spec);
           }},
  };
}

}  // namespace faultline::internal
