#pragma once

#include <string>

namespace faultline {

// The database of the FlareDB role on OVSDB.
//
//   kv       key (unique), value       one row a key
//   request  id (unique)               one row a write that took effect
//   store    name, revision, reads     one row
//
// OVSDB has no revision, executes a request again if its leader changes under
// it, and reads what a member happens to have. The tables make up for it: each
// write adds 1 to `revision` and shows it; its row in `request` refuses a
// second execution; a read that must be fresh adds 1 to `reads`, which makes it
// a write that the leader has to order.
inline constexpr char kOvsdbDatabase[] = "faultline";

// The schema as `ovsdb-tool create` reads it.
std::string OvsdbSchemaText();

// What the database holds before the first request, as a transaction for
// `ovsdb-tool transact`: the row of `store`.
std::string OvsdbFirstTransaction();

}  // namespace faultline
