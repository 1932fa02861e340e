#pragma once

#include "faultline/evidence/persisted_log.h"

namespace faultline::internal {

// Executes the requests of an etcd log that begins with the first entry, whose
// contents are '0' and the request, or another digit. Fills in `revision` and
// `changes` of each and sets `changes_known`; unless it holds requests whose
// effect depends on what is in no log: alarms, authentication.
void ExplainEtcdChanges(PersistedLog& log);

}  // namespace faultline::internal
