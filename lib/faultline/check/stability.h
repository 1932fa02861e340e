#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "faultline/evidence/raft_trace.h"
#include "faultline/evidence/verdict.h"

namespace faultline {

// What has to stay as it is.
struct StableLeadership {
  std::string leader;
  std::uint64_t term = 0;
  std::vector<std::string> members = {};  // by node
  std::int64_t from_ns = 0;
  std::int64_t until_ns = 0;
};

// There was no election in the interval: no member named another leader or
// term. kUnknown if a member was not observed, with a leader, for longer than
// `longest_gap_ns` somewhere in it: an election could have gone unseen.
Verdict CheckStability(const RaftTrace& trace, const StableLeadership& stable,
                       std::int64_t longest_gap_ns);

}  // namespace faultline
