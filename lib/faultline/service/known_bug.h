#pragma once

#include <string>
#include <vector>

namespace faultline {

// A defect of a released version of a service, which scenarios meet: they
// demand to see it there, so that its mark fails when the defect is gone. A
// value.
struct KnownBug {
  std::string name;         // one of known_bug
  std::string description;  // for the report: what, and in which versions
};

namespace known_bug {

// A member that could not hear its leader deposes it when it is heard again:
// Raft without pre-vote.
inline constexpr char kReturnDeposesLeader[] = "return-deposes-leader";

// A member whose disk fails to keep what it wrote says so in its log only, and
// leads and acknowledges on.
inline constexpr char kSyncErrorsIgnored[] = "sync-errors-ignored";

// A watch from the revision of a compaction misses what that revision deleted.
inline constexpr char kCompactionDropsTombstone[] =
    "compaction-drops-tombstone";

}  // namespace known_bug
}  // namespace faultline
