#pragma once

#include <string>

#include "faultline/cluster/node.h"
#include "faultline/service/replicated_store.h"

namespace faultline::internal {

// The store's process on one node, as its supervisor shows it. They throw as
// Node::Succeed does.

// "0" if it does not run.
std::string MainPid(Node& node, const ReplicatedStore& store,
                    Deadline deadline);
// Throws NoEffectError if it does not run.
std::string RequireMainPid(Node& node, const ReplicatedStore& store,
                           Deadline deadline);
// "TERM" etc., to the main process alone.
void SignalService(Node& node, const ReplicatedStore& store,
                   const std::string& signal, Deadline deadline);
// SIGTERM; returns when it has ended.
void EndServiceInOrder(Node& node, const ReplicatedStore& store,
                       Deadline deadline);

}  // namespace faultline::internal
