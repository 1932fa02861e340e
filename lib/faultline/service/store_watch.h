#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "faultline/base/deadline.h"
#include "faultline/cluster/node.h"
#include "faultline/evidence/watch_trace.h"

namespace faultline {

// What a watch's stream brought next.
struct WatchMessage {
  enum class Kind {
    kSilent,     // nothing came by the deadline; the stream goes on
    kEvents,     // `events`: all that came in one message
    kProgress,   // the member says: all up to `revision` has been delivered
    kCompacted,  // refused: what is before `revision` is no longer there
    kEnded,      // the stream is over; `reason`
  };

  Kind kind = Kind::kSilent;
  std::int64_t revision = 0;
  std::vector<WatchEvent> events = {};
  std::string reason = {};
};

// One watch on one member, used by one thread. It never connects again and
// never asks again by itself: whoever watches resumes through another stream.
// Destruction cancels.
class WatchStream {
 public:
  virtual ~WatchStream() = default;
  // The next message, in the order of their coming; none is left out or taken
  // apart. After kCompacted or kEnded it says kEnded for ever. Never throws for
  // an answer, an error or a silence of the service.
  virtual WatchMessage Next(Deadline deadline) = 0;
  // Asks the member how far it is. If it has delivered all that it has, a
  // kProgress follows; it may also never answer.
  virtual void RequestProgress() = 0;
  // By any thread: a Next that waits, and every later one, says kEnded soon.
  virtual void Cancel() noexcept = 0;
};

// The part of a replicated store that tells changes as they happen.
// Thread-safe.
class StoreWatch {
 public:
  virtual ~StoreWatch() = default;
  // A watch through this member alone, from the revision `from` on (1: since
  // the store began), which the member has confirmed. Throws CommandError that
  // names the node if it does not confirm by the deadline, or refuses.
  virtual std::unique_ptr<WatchStream> Open(Node& through,
                                            const WatchRequest& request,
                                            std::int64_t from,
                                            Deadline deadline) = 0;
};

}  // namespace faultline
