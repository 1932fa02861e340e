#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace faultline {

// What the client learnt. kFail: it certainly did not happen. kUnknown: it may
// have happened, or may still happen.
enum class Outcome : std::uint8_t { kOk, kFail, kUnknown };

// A million operations stay in memory beside a checker: fields are small.
enum class OperationKind : std::uint8_t {
  kRead,
  kWrite,
  kDelete,
  kCompareAndSet,
  kAppend,
  kAdd,
  kRemove,
  kEnqueue,
  kDequeue,
  kAcquire,
  kRelease,
  kTransaction,
  kCall,  // of an object outside this vocabulary: see Call
};

// Has a value of its own to write from the moment it is invoked (a delete, a
// dequeue, a lock operation and a transaction have none).
inline bool Writes(OperationKind kind) {
  switch (kind) {
    case OperationKind::kWrite:
    case OperationKind::kCompareAndSet:
    case OperationKind::kAppend:
    case OperationKind::kAdd:
    case OperationKind::kRemove:
    case OperationKind::kEnqueue:
      return true;
    case OperationKind::kRead:
    case OperationKind::kDelete:
    case OperationKind::kDequeue:
    case OperationKind::kAcquire:
    case OperationKind::kRelease:
    case OperationKind::kTransaction:
    case OperationKind::kCall:
      break;
  }
  return false;
}

// One step of a transaction. A read of a successful transaction carries what it
// saw (absent: the key was not there).
struct Access {
  bool write = false;
  std::string key;
  std::optional<std::string> value;

  friend bool operator==(const Access&, const Access&) = default;
};

// What an object outside the key-value vocabulary was asked, in its own words:
// a function, its input, and what it answered ("authenticate", "ada",
// "granted"). A model of one's own reads it (check/model.h).
struct Call {
  std::string function;
  std::string input;
  std::string output = {};  // empty until it answered

  friend bool operator==(const Call&, const Call&) = default;
};

// One operation of one client, from just before it was sent to just after its
// answer came. Times are nanoseconds of the host's monotonic clock since the
// history began.
struct Operation {
  int process = 0;  // one logical client; never used again after kUnknown
  OperationKind kind = OperationKind::kRead;
  std::string key;
  // Written, appended, added, removed or enqueued; or read or dequeued (absent:
  // the key was not there, the queue was empty). kAcquire: the fencing token
  // granted, in decimal, if the lock gives one.
  std::optional<std::string> value;
  std::optional<std::string> expected;  // kCompareAndSet (absent: no such key)
  std::int64_t invoked_ns = 0;
  // The largest int64 if the outcome is kUnknown: the operation is still open,
  // whatever its client believed when it gave up.
  std::int64_t completed_ns = 0;
  Outcome outcome = Outcome::kUnknown;
  // A kRead that showed a collection: its `elements`, maybe none. Only told
  // apart from a single value where a file was read.
  bool shows_elements = false;
  std::int64_t revision =
      0;              // the store's revision of this effect, 0 if not told
  std::string error;  // why not kOk, in the store's words
  std::vector<std::string> elements = {};  // what a kRead of a set showed
  std::vector<Access> accesses = {};       // kTransaction, in order
  // kCall, on the object `key`; never null there. Apart, so that the many
  // operations without one stay small.
  std::shared_ptr<const Call> call = {};
};

// A kCall, not sent yet.
Operation MakeCall(std::string function, std::string object,
                   std::string input = {});
// It answered: kOk with this output.
void AnswerCall(Operation& operation, std::string output);
// "read", or what a kCall calls its function.
std::string FunctionOf(const Operation& operation);

const char* ToText(Outcome outcome);
const char* ToText(OperationKind kind);
std::optional<OperationKind> FindOperationKind(const std::string& text);
// All of them but kCall, as a list for messages.
std::string OperationKindNames();
// Throw UsageError on another word.
Outcome ParseOutcome(const std::string& text);
OperationKind ParseOperationKind(const std::string& text);

}  // namespace faultline
