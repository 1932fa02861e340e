#include "faultline/sweep/reproduction.h"

#include <fmt/format.h>

#include "faultline/base/error.h"
#include "faultline/service/etcd.h"
#include "faultline/service/registry/store_bindings.h"

namespace faultline {
namespace {

FaultPlan Plan(const std::string& text) { return ParsePlan(text, "plan"); }

StoreBinding EtcdWith(const EtcdOptions& options) {
  StoreBinding binding = FindStoreBinding("ChainFire");
  binding.make = [options](Cluster& cluster) {
    return MakeEtcdStore(cluster, options);
  };
  return binding;
}

}  // namespace

const std::vector<Reproduction>& Reproductions() {
  static const std::vector<Reproduction> all = {
      {.name = "etcd-15220",
       .what = "a progress notification of a watch overtakes events",
       .affected = "etcd 3.4 before 3.4.25, 3.5 before 3.5.8",
       .fixed = "3.4.25, 3.5.8",
       .found_here = true,
       .property = "what the service says was delivered was delivered",
       .binding = EtcdWith({}),
       .load = "bookmarks",
       .plan = Plan("nodes 3\nat 1000 ms for 8000 ms: process-kill node2\n")},
      {.name = "etcd-previous-value",
       .what = "a watch that asks for the value before a change does not get "
               "it while the watch is made",
       .affected = "etcd 3.4.23",
       .fixed = "unknown",
       .found_here = true,
       .property = "watch: ",
       .binding = EtcdWith({}),
       .load = "previous",
       .plan = Plan("nodes 3\nat 1000 ms for 8000 ms: process-kill node2\n")},
      {.name = "etcd-15271",
       .what = "a watch on a member that was sent a snapshot goes back in time "
               "or stays silent",
       .affected = "etcd 3.4 before 3.4.25, 3.5 before 3.5.8",
       .fixed = "3.4.25, 3.5.8",
       .property = "watch: ",
       .binding =
           EtcdWith({.snapshot_count = 10, .snapshot_catch_up_entries = 10}),
       .load = "watch",
       .plan = Plan("nodes 3\nat 2000 ms for 8000 ms: isolate node3\n"
                    "at 14000 ms for 8000 ms: isolate node2\n")},
  };
  return all;
}

const Reproduction& FindReproduction(const std::string& name) {
  std::string names;
  for (const Reproduction& each : Reproductions()) {
    if (each.name == name) return each;
    names += (names.empty() ? "" : ", ") + each.name;
  }
  throw UsageError(fmt::format(
      "there is no defect \"{}\" to reproduce; there are {}", name, names));
}

Verdict JudgeReproduction(const Reproduction& reproduction,
                          const SweepOutcome& outcome) {
  Verdict found{Judgement::kUnknown, reproduction.property, {outcome.Reason()}};
  for (const Verdict& verdict : outcome.verdicts) {
    if (verdict.property.find(reproduction.property) == std::string::npos)
      continue;
    if (verdict.judgement == Judgement::kViolated) return verdict;
    if (verdict.Holds()) found = verdict;
  }
  return found;
}

}  // namespace faultline
