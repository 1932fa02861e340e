#pragma once

#include <stop_token>
#include <string>

#include "faultline/history/recorder.h"
#include "faultline/workload/workers.h"

namespace faultline {

// One logical client of a load on any service: chooses operations and carries
// them out, one at a time. Used by one thread. An object of your own brings a
// subclass; threads, pacing and recording are the workload's.
class LoadClient {
 public:
  virtual ~LoadClient() = default;

  // Called before each operation: makes the connection if there is none.
  // Throws Error if the service cannot be reached at all; then nothing is
  // invoked or recorded.
  virtual void Connect() = 0;
  // The next operation, but for its process.
  virtual Operation Next() = 0;
  // Carries it out and fills in outcome, answer and error. Bounded in time. An
  // answer, an error and a silence of the service are outcomes, not exceptions.
  virtual void Invoke(Operation& operation) = 0;
  // Told each operation once it is recorded.
  virtual void Completed(const Operation& /*operation*/) {}
  // Who it speaks to, for messages: "node1".
  virtual std::string target() const = 0;
};

namespace internal {

// The body of a client's thread: an operation as `process`, a pause, again,
// until stopped. After an unknown outcome it goes on under a new process
// number, as the operation may still be open. Throws what is broken: the
// recorder, or a client that throws although it must not.
void RunClient(LoadClient& client, int process, Duration pause,
               Recorder& recorder, Workers& workers,
               const std::stop_token& stop);

}  // namespace internal
}  // namespace faultline
