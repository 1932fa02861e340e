#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace faultline {

// What one member said of itself at one moment. Members are named by node; an
// empty leader means "knows none", or that whoever observed could not confirm
// that the leader belongs to this term: some services report the term of the
// last applied entry beside the leader of a newer term.
struct MemberObservation {
  std::int64_t at_ns = 0;
  std::string node;
  std::string leader;
  std::uint64_t term = 0;
  std::uint64_t commit_index = 0;
  std::uint64_t applied_index = 0;
  int incarnation = 0;  // counts the starts of the service on this node:
                        // volatile values may go back at a start
};

// Observations in the order they were made.
using RaftTrace = std::vector<MemberObservation>;

}  // namespace faultline
