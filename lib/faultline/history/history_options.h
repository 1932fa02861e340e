#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>

namespace faultline {

// Whether the values of a history of Jepsen's are tuples [key value]. kAuto:
// only if every client operation's is, and a read's ([key nil]) shows that it
// is no plain pair.
enum class KeyedValues : std::uint8_t { kAuto, kYes, kNo };

// What an acknowledged read of nil says: that nothing is there, or nothing at
// all (Knossos).
enum class NilRead : std::uint8_t { kAbsent, kAny };

// How a history of Jepsen's is read (docs/history-format.md). Faultline's own
// leave nothing open. A value.
struct HistoryOptions {
  KeyedValues keys = KeyedValues::kAuto;
  NilRead nil_read = NilRead::kAbsent;
  // A write of {key value, ...} is a transaction. False: a map is one unless
  // reads are invoked with maps as well.
  bool transactions = true;
  // Functions (":sync" is "sync") whose operations are left out.
  std::set<std::string> ignore = {};
  // Function -> the one it is read as.
  std::map<std::string, std::string> rename = {};
};

}  // namespace faultline
