#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>

#include "faultline/history/event_file.h"
#include "faultline/history/history.h"

namespace faultline {

// Records a history as it happens and streams each event to a file at once
// (through a shared mapping), so that a killed process loses at most the line
// being written. Thread-safe: all clients of a run share one. While it lives,
// zero bytes may stand behind the last line; ReadHistory knows them.
//
// When the file cannot be written any more (full disk), the call that met this
// throws Error naming the file and the reason, and so does every later one that
// records; what happened is still in memory (Snapshot).
//
//   Operation write{.process = process, .kind = OperationKind::kWrite, ...};
//   const std::int64_t token = recorder.Invoke(write);
//   write.outcome = client.Put(...).outcome;
//   recorder.Complete(token, write);
class Recorder {
 public:
  // Creates `file` (its directory exists, the file does not) and writes the
  // metadata line. Throws Error if it cannot.
  Recorder(const std::filesystem::path& file,
           std::map<std::string, std::string> metadata);

  // A process number never given before.
  int NewProcess();
  // Stamps the invocation; call just before sending. The returned token goes to
  // Complete. Throws Error for a process that has an operation open, or had one
  // with an unknown outcome: it must go on as a NewProcess.
  std::int64_t Invoke(const Operation& operation);
  // Stamps the completion; call just after the answer, once, with the operation
  // that was invoked. `outcome`, `revision`, `error` and what was answered (a
  // read's, dequeue's or acquire's `value`, a read's `elements`, a
  // transaction's `accesses`) are taken from it.
  void Complete(std::int64_t token, const Operation& operation);
  // Four moments of a fault: it is asked for, an independent probe sees its
  // effect, it is healed, the service that it hit is back. The second and the
  // fourth may never come. Each is taken once, and is in memory also if the
  // file cannot be written.
  std::int64_t BeginFault(const std::string& name, const std::string& target);
  void FaultTookEffect(std::int64_t token);
  void EndFault(std::int64_t token);
  void FaultRecovered(std::int64_t token);

  // Nanoseconds since this history began.
  std::int64_t Now() const;
  std::int64_t acknowledged() const;
  // Everything so far; operations still open are kUnknown.
  History Snapshot() const;

 private:
  void TakeProcess(int process, std::int64_t id);
  void MarkFault(const char* event, std::int64_t token, std::int64_t time);
  Operation& OpenOperation(std::int64_t token, const Operation& answered);
  void ThrowIfBroken() const;
  void Append(std::string_view line);

  const std::chrono::steady_clock::time_point began_ =
      std::chrono::steady_clock::now();
  const std::map<std::string, std::string> metadata_;
  mutable std::mutex mutex_;
  internal::EventFile file_;
  std::string broken_;  // why the file cannot be written any more
  // A token is an index into these. A deque grows without moving what it has,
  // while clients wait.
  std::deque<Operation> operations_;
  std::deque<FaultInterval> faults_;
  std::unordered_map<int, std::int64_t> busy_;  // process -> open operation
  std::int64_t acknowledged_ = 0;
  int next_process_ = 0;
};

}  // namespace faultline
