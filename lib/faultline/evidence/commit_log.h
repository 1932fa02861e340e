#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace faultline {

// One change as a member of a replicated store applied it.
struct Commit {
  std::int64_t revision = 0;
  std::string key;
  std::optional<std::string> value;  // absent: the key was deleted

  friend bool operator==(const Commit&, const Commit&) = default;
};

// All changes that one member shows, oldest first.
struct CommitLog {
  std::string node;
  std::vector<Commit> commits;
};

}  // namespace faultline
