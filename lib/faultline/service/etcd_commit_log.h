#pragma once

#include <string>

#include "faultline/evidence/commit_log.h"
#include "faultline/service/etcd_channel.h"

namespace faultline::internal {

// Watches the whole key space of one member from a revision until the member's
// own revision at the time of the call. Throws CommandError naming the node if
// the member does not answer, the history was compacted or the stream ends
// early, with how far it came.
CommitLog ReadEtcdCommitLog(EtcdChannel& channel, const std::string& node,
                            std::int64_t from, Deadline deadline);

}  // namespace faultline::internal
