#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace faultline::internal {

// The configurations that a search has visited: a key (what is placed, and the
// state) with how many of each unknown group were used. A configuration is not
// new if one with the same key used no more of any group: whatever can follow
// it could follow that one.
class SearchMemo {
 public:
  SearchMemo(std::size_t key_words, std::size_t groups);

  // False if it is not new; remembers it if it is.
  bool Add(std::span<const std::uint64_t> key,
           std::span<const std::uint16_t> used);
  std::uint64_t bytes() const;

 private:
  struct Use {
    std::uint32_t next;  // of the same key, kNone after the last
  };

  std::uint32_t& Find(std::span<const std::uint64_t> key);
  bool Dominated(std::uint32_t entry, std::span<const std::uint16_t> used);
  void Grow();

  const std::size_t key_words_;
  const std::size_t groups_;
  std::size_t mask_;
  std::vector<std::uint32_t> table_;   // entry + 1, 0: free
  std::vector<std::uint64_t> keys_;    // key_words_ an entry
  std::vector<std::uint64_t> hashes_;  // one an entry
  std::vector<std::uint32_t> heads_;   // first use of an entry
  std::vector<Use> uses_;
  std::vector<std::uint16_t> counts_;  // groups_ a use
};

}  // namespace faultline::internal
