#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "faultline/service/ovsdb/ovsdb_errors.h"
#include "faultline/service/replicated_store.h"

namespace faultline {

// What must hold for a transaction to take effect. `value` absent: the key must
// not exist.
struct OvsdbGuard {
  std::string key;
  std::optional<std::string> value;
};

// What became of a transaction.
struct OvsdbTransactionReply {
  Outcome outcome = Outcome::kUnknown;
  std::vector<Access> accesses = {};  // kOk: with what was read
  std::int64_t revision = 0;          // kOk
  std::string error = {};
};

// A StoreClient for one member of an OVSDB cluster that holds our schema. It
// speaks to that member alone: a follower forwards what it cannot decide over
// the members' own connections. Outcomes follow ovsdb_errors.h. Used by one
// thread.
//
// A request is sent on a connection that stands, or on one made for it;
// connections are made once a request at most, and no request is sent twice. A
// write that the member answers with an error that leaves open what became of
// it is followed by one fresh read of its row in `request`.
//
// OVSDB's text is UTF-8 without U+0000: other keys and values are kFail.
class OvsdbClient : public StoreClient {
 public:
  // `node` is for messages. `address` ("127.0.0.1:6640") is asked before each
  // request; if it throws Error (the machine is off) the request was not sent.
  OvsdbClient(std::string node, std::function<std::string()> address);
  ~OvsdbClient() override;

  StoreReply Put(const std::string& key, const std::string& value,
                 Deadline deadline) override;
  // kLinearizable costs a write of the whole cluster, on every member: a leader
  // that was cut off answers reads until its election timer ends.
  StoreReply Get(const std::string& key, ReadMode mode,
                 Deadline deadline) override;
  StoreReply Delete(const std::string& key, Deadline deadline) override;
  StoreReply CompareAndSet(const std::string& key,
                           const std::optional<std::string>& expected,
                           const std::string& value,
                           Deadline deadline) override;

  // All accesses in their order as one transaction; a read sees the writes
  // before it, and a write without a value deletes. kFail if a guard did not
  // hold: read, compute, write back under guards on what was read.
  OvsdbTransactionReply Transact(const std::vector<Access>& accesses,
                                 const std::vector<OvsdbGuard>& guards,
                                 Deadline deadline);
  // The member's own copy: what it holds now, possibly stale.
  StoreReply LocalRevision(Deadline deadline);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace faultline
