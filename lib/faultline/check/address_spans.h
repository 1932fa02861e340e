#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "faultline/evidence/address_trace.h"
#include "faultline/history/history.h"

namespace faultline::internal {

// A time in which one node had the address, or answered for it.
struct AddressSpan {
  std::string node;
  std::int64_t from_ns = 0;
  std::int64_t until_ns = 0;

  friend bool operator==(const AddressSpan&, const AddressSpan&) = default;
};

// When each node held the address, as it said and as its machine ran, from
// `from_ns` on; sorted by their beginnings.
std::vector<AddressSpan> HoldingSpans(const AddressTrace& trace,
                                      const std::vector<FaultInterval>& faults,
                                      std::int64_t from_ns);

// When each node answered for it on the network: replies that are not further
// apart than `longest_pause_ns`.
std::vector<AddressSpan> AnsweringSpans(const AddressTrace& trace,
                                        std::int64_t from_ns,
                                        std::int64_t longest_pause_ns);

// A time that two spans of different nodes share.
struct AddressOverlap {
  std::string one;
  std::string other;
  std::int64_t from_ns = 0;
  std::int64_t until_ns = 0;
  std::int64_t length_ns() const { return until_ns - from_ns; }
};
std::vector<AddressOverlap> Overlaps(const std::vector<AddressSpan>& spans);

// Times that no span covers, between the first span's beginning and `end_ns`.
std::vector<AddressSpan> Gaps(const std::vector<AddressSpan>& spans,
                              std::int64_t end_ns);

// The nodes in the order in which they got it, each once until another does.
std::vector<std::string> Sequence(const std::vector<AddressSpan>& spans);

}  // namespace faultline::internal
