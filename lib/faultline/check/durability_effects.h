#pragma once

#include <vector>

#include "faultline/check/describe.h"
#include "faultline/evidence/commit_log.h"
#include "faultline/history/history.h"

namespace faultline::internal {

// What CheckDurability says of deletes and appends (durability.h).
void JudgeDeletes(const History& history, const std::vector<CommitLog>& logs,
                  Evidence& evidence);
void JudgeAppends(const History& history, const std::vector<CommitLog>& logs,
                  Evidence& evidence);

}  // namespace faultline::internal
