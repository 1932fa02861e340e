#pragma once

#include <cstdint>
#include <optional>
#include <string>

namespace faultline {

// What the client learnt. kFail: it certainly did not happen. kUnknown: it may
// have happened, or may still happen.
enum class Outcome { kOk, kFail, kUnknown };

enum class OperationKind { kRead, kWrite, kDelete, kCompareAndSet };

// Has a value to write (a delete has none).
inline bool Writes(OperationKind kind) {
  return kind == OperationKind::kWrite || kind == OperationKind::kCompareAndSet;
}

// One operation of one client, from just before it was sent to just after its
// answer came. Times are nanoseconds of the host's monotonic clock since the
// history began.
struct Operation {
  int process = 0;  // one logical client; never used again after kUnknown
  OperationKind kind = OperationKind::kRead;
  std::string key;
  std::optional<std::string>
      value;  // written, or read (absent: the key was not there)
  std::optional<std::string> expected;  // kCompareAndSet
  std::int64_t invoked_ns = 0;
  // The largest int64 if the outcome is kUnknown: the operation is still open,
  // whatever its client believed when it gave up.
  std::int64_t completed_ns = 0;
  Outcome outcome = Outcome::kUnknown;
  std::int64_t revision =
      0;              // the store's revision of this effect, 0 if not told
  std::string error;  // why not kOk, in the store's words
};

const char* ToText(Outcome outcome);
const char* ToText(OperationKind kind);
// Throw UsageError on another word.
Outcome ParseOutcome(const std::string& text);
OperationKind ParseOperationKind(const std::string& text);

}  // namespace faultline
