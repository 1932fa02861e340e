#pragma once

#include <compare>
#include <initializer_list>
#include <set>
#include <string>
#include <string_view>

#include "faultline/base/error.h"

namespace faultline {

// Something that one service can do and another cannot. A role names what its
// bindings may have; each binding states what it has; faults, scenarios and
// loads state what they need. A value; equal if the names are. A role outside
// Faultline makes constants of its own.
class Capability {
 public:
  // `name` must outlive it: a literal of one or two words, "local-reads".
  constexpr explicit Capability(std::string_view name) : name_(name) {}
  constexpr std::string_view name() const { return name_; }
  auto operator<=>(const Capability&) const = default;

 private:
  std::string_view name_;
};

using Capabilities = std::set<Capability>;

namespace capability {

// One node leads and the others follow it: ManagedService::leadership().
inline constexpr Capability kLeader{"leader"};
// Leadership goes to a named node on request.
inline constexpr Capability kLeadershipTransfer{"leadership-transfer"};
// Nodes join and leave a formed cluster: ManagedService::membership().
inline constexpr Capability kMembership{"membership"};
// A stream of changes, which can be resumed.
inline constexpr Capability kWatch{"watch"};
// A watch from any revision since the store began, until a client has what is
// before a revision dropped: ReplicatedStore::Compact.
inline constexpr Capability kWatchHistory{"watch-history"};
// Several keys are read and written as one operation.
inline constexpr Capability kTransactions{"transactions"};
// A write that depends on the value before it.
inline constexpr Capability kCompareAndSet{"compare-and-set"};
// A member answers from its own copy, which may be stale.
inline constexpr Capability kLocalReads{"local-reads"};
// Each member shows every change since the store began.
inline constexpr Capability kCommitLog{"commit-log"};
// A virtual machine moves to another host and keeps running.
inline constexpr Capability kLiveMigration{"live-migration"};
// A host is forced off before its work is started elsewhere.
inline constexpr Capability kFencing{"fencing"};

}  // namespace capability

// A capability that was needed and that a service does not have. A value for
// reports: neither a pass nor a failure of the service.
struct Gap {
  Capability capability;
  std::string needed_by;  // "fault remove-member"
  std::string service;    // "etcd 3.4.23"

  bool operator==(const Gap&) const = default;
};

// "gap: membership".
std::string ToText(const Gap& gap);
// The same with the reason, in one line: "gap: membership: fault remove-member
// needs it, nginx 1.22 does not have it".
std::string Describe(const Gap& gap);

// What was asked for by name cannot be done. what() is Describe(gap()).
class GapError : public UsageError {
 public:
  explicit GapError(Gap gap)
      : UsageError(Describe(gap)), gap_(std::move(gap)) {}
  const Gap& gap() const { return gap_; }

 private:
  Gap gap_;
};

// What `needs` holds and `has` does not, in the order of the names.
Capabilities MissingFrom(const Capabilities& has, const Capabilities& needs);

}  // namespace faultline
