#pragma once

#include <string>

#include "faultline/history/history_options.h"
#include "faultline/history/jepsen_event.h"
#include "faultline/history/operation.h"

namespace faultline::internal {

// How the values of one Jepsen history are read: all of them alike.
struct JepsenReading {
  bool keyed = false;      // [key value]
  bool versioned = false;  // [version value] in it, as of jepsen.etcd
  bool steps = false;      // reads and writes hold [[:r key nil] ...]
  bool maps = false;       // reads and writes hold {key value, ...}
  std::string note;        // which was taken, if there was a choice
};

// Decides it from the invocations of a whole history: no single value shows
// whether [1 2] is a pair or a key with its value.
class ReadingScan {
 public:
  explicit ReadingScan(const HistoryOptions& options) : options_(options) {}

  void See(const JepsenEvent& event);
  // What comes cannot change it any more.
  bool decided() const;
  // Throws UsageError with the reason if the choice is the user's.
  JepsenReading Take() const;

 private:
  // Which readings all values so far allow, and which of them a read shows to
  // be meant: a plain read is invoked with nil.
  struct Shapes {
    bool steps = true;
    bool maps = true;
    bool versioned = true;
    bool steps_shown = false;
    bool maps_shown = false;
    bool versioned_shown = false;
    bool nil_read = false;
    bool any = false;  // a read or write

    void See(OperationKind kind, const EdnValue& value);
  };

  bool Possible(const Shapes& shapes) const;
  bool IsKeyed() const;
  std::string Note(const JepsenReading& reading) const;

  const HistoryOptions& options_;
  int invocations_ = 0;
  int completions_ = 0;
  int tuples_ = 0;
  bool keys_shown_ = false;
  bool compares_ = false;
  Shapes whole_;   // of the values as they stand
  Shapes behind_;  // of the values behind their keys
};

}  // namespace faultline::internal
