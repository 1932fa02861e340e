#pragma once

#include <functional>
#include <string>

#include "faultline/service/etcd_admin.h"
#include "faultline/service/etcd_config.h"

namespace faultline {

// A member that is to join, and how the caller starts it and asks it.
struct EtcdNewcomer {
  std::string name;
  std::string peer_url;
  // Configures the member with this initial cluster and starts it.
  std::function<void(const EtcdInitialCluster&, Deadline)> start;
  // Throws CommandError if it does not answer (yet).
  std::function<MemberStatus(Deadline)> status;
};

// Adds the newcomer as learner through a running member, starts it, waits until
// it answers, and promotes it once it has caught up. Each step is repeated
// until it succeeds or the deadline passes; TimeoutError then names the step
// and what etcd said last. Throws UsageError if a started member has that
// address already.
void JoinAsLearner(const EtcdNewcomer& newcomer, EtcdAdmin& through,
                   Deadline deadline);

// Removes a member and waits until `through` no longer lists it.
void RemoveEtcdMember(std::uint64_t id, EtcdAdmin& through, Deadline deadline);

}  // namespace faultline
