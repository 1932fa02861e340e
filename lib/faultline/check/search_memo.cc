#include "faultline/check/search_memo.h"

#include <algorithm>
#include <limits>

namespace faultline::internal {
namespace {

constexpr std::size_t kFirstSize = 256;
constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();

// The finaliser of MurmurHash3 (Appleby), word by word.
std::uint64_t Hash(std::span<const std::uint64_t> key) {
  std::uint64_t hash = 0x9e3779b97f4a7c15;
  for (std::uint64_t word : key) {
    hash ^= word;
    hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccd;
    hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53;
    hash ^= hash >> 33;
  }
  return hash;
}

}  // namespace

SearchMemo::SearchMemo(std::size_t key_words, std::size_t groups)
    : key_words_(key_words),
      groups_(groups),
      mask_(kFirstSize - 1),
      table_(kFirstSize, 0) {}

void SearchMemo::Grow() {
  const std::size_t size = table_.size() * 2;
  mask_ = size - 1;
  table_.assign(size, 0);
  for (std::size_t entry = 0; entry < hashes_.size(); ++entry) {
    std::size_t at = hashes_[entry] & mask_;
    while (table_[at] != 0) at = (at + 1) & mask_;
    table_[at] = static_cast<std::uint32_t>(entry + 1);
  }
}

// The table's place of a key: its entry, or free.
std::uint32_t& SearchMemo::Find(std::span<const std::uint64_t> key) {
  if ((heads_.size() + 1) * 2 > table_.size()) Grow();
  const std::uint64_t hash = Hash(key);
  std::size_t at = hash & mask_;
  for (; table_[at] != 0; at = (at + 1) & mask_) {
    const std::size_t entry = table_[at] - 1;
    if (hashes_[entry] == hash &&
        std::equal(
            key.begin(), key.end(),
            keys_.begin() + static_cast<std::ptrdiff_t>(entry * key_words_))) {
      return table_[at];
    }
  }
  hashes_.push_back(hash);
  keys_.insert(keys_.end(), key.begin(), key.end());
  heads_.push_back(kNone);
  return table_[at];
}

// Uses that the new one makes needless are unlinked on the way.
bool SearchMemo::Dominated(std::uint32_t entry,
                           std::span<const std::uint16_t> used) {
  std::uint32_t* link = &heads_[entry];
  while (*link != kNone) {
    const std::uint16_t* counts = counts_.data() + *link * groups_;
    bool fewer = true;
    bool more = true;
    for (std::size_t i = 0; i < groups_ && (fewer || more); ++i) {
      fewer = fewer && counts[i] <= used[i];
      more = more && counts[i] >= used[i];
    }
    if (fewer) return true;
    if (more) {
      *link = uses_[*link].next;
    } else {
      link = &uses_[*link].next;
    }
  }
  return false;
}

bool SearchMemo::Add(std::span<const std::uint64_t> key,
                     std::span<const std::uint16_t> used) {
  std::uint32_t& place = Find(key);
  const bool fresh = place == 0;
  if (fresh) place = static_cast<std::uint32_t>(heads_.size());
  if (groups_ == 0) return fresh;
  const std::uint32_t entry = place - 1;
  if (Dominated(entry, used)) return false;
  uses_.push_back({heads_[entry]});
  heads_[entry] = static_cast<std::uint32_t>(uses_.size() - 1);
  counts_.insert(counts_.end(), used.begin(), used.end());
  return true;
}

std::uint64_t SearchMemo::bytes() const {
  return table_.capacity() * sizeof(table_[0]) +
         keys_.capacity() * sizeof(keys_[0]) +
         hashes_.capacity() * sizeof(hashes_[0]) +
         heads_.capacity() * sizeof(heads_[0]) +
         uses_.capacity() * sizeof(uses_[0]) +
         counts_.capacity() * sizeof(counts_[0]);
}

}  // namespace faultline::internal
