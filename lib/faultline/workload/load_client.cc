#include "faultline/workload/load_client.h"

#include <fmt/format.h>

#include <chrono>

#include "faultline/base/error.h"

namespace faultline::internal {
namespace {

bool Connected(LoadClient& client, Workers& workers) {
  try {
    client.Connect();
    return true;
  } catch (const Error& error) {
    workers.NoteError(error.what());
    return false;
  }
}

void Note(const Operation& operation, const LoadClient& client,
          Workers& workers) {
  if (operation.outcome == Outcome::kOk) {
    workers.Progressed();
  } else {
    workers.NoteError(fmt::format("{}: {}: {}", client.target(),
                                  FunctionOf(operation), operation.error));
  }
}

Outcome RunOne(LoadClient& client, int process, Recorder& recorder,
               Workers& workers) {
  Operation operation = client.Next();
  operation.process = process;
  const std::int64_t token = recorder.Invoke(operation);
  client.Invoke(operation);
  recorder.Complete(token, operation);
  client.Completed(operation);
  Note(operation, client, workers);
  return operation.outcome;
}

}  // namespace

void RunClient(LoadClient& client, int process, Duration pause,
               Recorder& recorder, Workers& workers,
               const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const bool open =
        Connected(client, workers) &&
        RunOne(client, process, recorder, workers) == Outcome::kUnknown;
    if (open) process = recorder.NewProcess();
    workers.PauseUntil(stop, std::chrono::steady_clock::now() + pause);
  }
}

}  // namespace faultline::internal
