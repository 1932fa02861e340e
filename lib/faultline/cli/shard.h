#pragma once

#include <string>
#include <vector>

namespace faultline {

// The part of a job that one machine of several takes: `index` of `count`,
// from 1. Every item belongs to exactly one shard. A value.
struct Shard {
  int index = 1;
  int count = 1;

  bool whole() const { return count == 1; }
  // Every count-th of the sorted names, from the index-th on: the same on every
  // machine that has the same names, and as many in each shard.
  std::vector<std::string> Of(std::vector<std::string> names) const;
  std::string text() const;  // "2/5"
};

// "2/5". Throws UsageError.
Shard ParseShard(const std::string& text);

}  // namespace faultline
