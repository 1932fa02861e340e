#include <fmt/format.h>

#include "faultline/base/eventually.h"
#include "faultline/workload/set_client.h"
#include "faultline/workload/workload.h"

namespace faultline {
namespace {

Operation ReadOnce(StoreClient& connection, const RegisterTraffic& traffic,
                   const std::string& key, Recorder& recorder,
                   Deadline deadline) {
  Operation read;
  read.process = recorder.NewProcess();
  read.key = key;
  const std::int64_t token = recorder.Invoke(read);
  const StoreReply reply = connection.Get(
      key, ReadMode::kLinearizable, deadline.Capped(traffic.request_timeout));
  internal::TakeReply(read, reply);
  if (traffic.kind == LoadKind::kSet) {
    read.elements = internal::ElementsOf(reply.value);
  } else {
    read.value = reply.value;
  }
  recorder.Complete(token, read);
  return read;
}

// A member may still refuse or be silent once or twice after a fault: each try
// is an operation of its own.
void ReadThrough(StoreClient& connection, const RegisterTraffic& traffic,
                 const std::string& key, Recorder& recorder,
                 Deadline deadline) {
  Eventually(deadline, "a final read of " + key, [&](LastSeen& seen) {
    const Operation read =
        ReadOnce(connection, traffic, key, recorder, deadline);
    seen.Set(read.error);
    return read.outcome == Outcome::kOk;
  });
}

}  // namespace

void ReadEverything(ReplicatedStore& store, const RegisterTraffic& traffic,
                    Recorder& recorder, Deadline deadline) {
  const char* const prefix = traffic.kind == LoadKind::kSet ? "s" : "k";
  for (Node* node : store.nodes()) {
    const auto connection = store.Connect(*node);
    for (int key = 1; key <= traffic.keys; ++key) {
      ReadThrough(*connection, traffic, fmt::format("{}{}", prefix, key),
                  recorder, deadline);
    }
  }
}

}  // namespace faultline
