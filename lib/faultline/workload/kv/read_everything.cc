#include <fmt/format.h>

#include "faultline/base/eventually.h"
#include "faultline/workload/kv/set_client.h"
#include "faultline/workload/kv/store_workload.h"

namespace faultline {
namespace {

Operation ReadOnce(StoreClient& connection, LoadKind kind,
                   const std::string& key, Recorder& recorder,
                   Deadline deadline) {
  Operation read;
  read.process = recorder.NewProcess();
  read.key = key;
  const std::int64_t token = recorder.Invoke(read);
  const StoreReply reply =
      connection.Get(key, ReadMode::kLinearizable, deadline);
  internal::TakeReply(read, reply);
  if (kind == LoadKind::kSet) {
    read.elements = internal::ElementsOf(reply.value);
  } else {
    read.value = reply.value;
  }
  recorder.Complete(token, read);
  return read;
}

}  // namespace

// A member may still refuse or be silent once or twice after a fault: each try
// is an operation of its own.
void ReadEverything(ReplicatedStore& store, const StoreTraffic& traffic,
                    Duration request_timeout, Recorder& recorder,
                    Deadline deadline) {
  const char* const prefix = traffic.kind == LoadKind::kSet ? "s" : "k";
  for (Node* node : store.nodes()) {
    const auto connection = store.Connect(*node);
    for (int number = 1; number <= traffic.keys; ++number) {
      const std::string key = fmt::format("{}{}", prefix, number);
      Eventually(deadline, "a final read of " + key, [&](LastSeen& seen) {
        const Operation read =
            ReadOnce(*connection, traffic.kind, key, recorder,
                     deadline.Capped(request_timeout));
        seen.Set(read.error);
        return read.outcome == Outcome::kOk;
      });
    }
  }
}

}  // namespace faultline
