#include "faultline/service/persisted_state.h"

#include "faultline/service/replicated_store.h"
#include "faultline/vm/state_disk.h"

namespace faultline {

std::vector<PersistedLog> ReadPersistedLogs(
    ReplicatedStore& store, const std::filesystem::path& directory,
    Deadline deadline) {
  const auto state = store.persisted();
  std::vector<PersistedLog> logs;
  if (!state) return logs;
  for (Node* node : store.nodes()) {
    const std::filesystem::path copies = directory / node->name();
    std::filesystem::create_directories(copies);
    CopyFromStateDisk(store.cluster().warden(), node->name(),
                      StateDiskPath(node->machine().options()), state->paths,
                      copies, deadline);
    logs.push_back(state->read(node->name(), copies));
  }
  return logs;
}

}  // namespace faultline
