#pragma once

#include <string>

#include "faultline/history/operation.h"

namespace faultline {

// How a request ended that did not succeed.
struct OvsdbFailure {
  enum class Kind {
    kNotSent,  // the member cannot have got all of it
    kSilent,   // sent; no answer by the deadline
    kBroken,   // sent; the connection ended, or what came is no JSON-RPC
    kRefused,  // the request as a whole was answered with an error
    kAborted,  // a transaction was answered with an error
  };

  Kind kind = Kind::kNotSent;
  std::string tag = {};      // OVSDB's word: "constraint violation"
  std::string message = {};  // for people; names the member
};

// What a failure says of the effect of a write.
enum class OvsdbEffect {
  kNone,     // it certainly has none, now or later
  kUnknown,  // it may have one, or may still get one
  kAsk,      // the request's row, read afresh, tells
};

// The error table of the OVSDB binding (docs/bindings.md). A member that loses
// its leader executes a request again, so that an error that depends on what
// the database holds may follow an earlier execution that took effect, or does
// later: kAsk. Once a fresh read was ordered after it and shows no row of the
// request, no copy of it can take effect any more, because each names the entry
// that it must follow.
//
//   not sent                                               kNone
//   refused: "unknown database", "database not available",
//     "syntax error", "unknown method"                     kNone
//   aborted: "syntax error", "not allowed", "not supported",
//     "unknown column", "unknown table", "duplicate uuid-name",
//     "permission error"                                   kNone
//   aborted: "constraint violation", "timed out",
//     "referential integrity violation", "aborted",
//     "domain error", "range error", "not owner"           kAsk
//   everything else                                        kUnknown
OvsdbEffect EffectOf(const OvsdbFailure& failure);

}  // namespace faultline
