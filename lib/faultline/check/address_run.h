#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "faultline/evidence/address_trace.h"
#include "faultline/evidence/verdict.h"
#include "faultline/history/history.h"

namespace faultline {

// What the keepers of one address that moves promise in one run. A value.
struct AddressPromises {
  // Nobody holds it for no longer,
  std::int64_t takeover_limit_ns = 0;
  // two hold it, or answer for it, for no longer,
  std::int64_t handover_limit_ns = 0;
  // and whoever gets it says so to the network that soon.
  std::int64_t announce_limit_ns = 0;
  // Who holds it, one after the other, from `from_ns` to the end: each change
  // has a reason, and there is no other. Empty: not promised.
  std::vector<std::string> holders = {};
  std::int64_t from_ns = 0;  // judged from then on
};

// Judge the trace of an address; times are of one clock. A node holds it from
// its claim until it says the opposite; a fault that stops its machine ends
// that, or interrupts it (freeze). Pure. kUnknown if nothing was recorded that
// could show the opposite.

// At no moment do two nodes hold it, but for a handover.
Verdict CheckOneHolder(const AddressTrace& trace,
                       const std::vector<FaultInterval>& faults,
                       const AddressPromises& promises);

// Never do two nodes answer for it on the network, but for a handover. kUnknown
// without a reply of anybody.
Verdict CheckOneAnswers(const AddressTrace& trace,
                        const AddressPromises& promises);

// Somebody holds it, but for a takeover. kUnknown if the trace ends while
// nobody does.
Verdict CheckAlwaysHeld(const AddressTrace& trace,
                        const std::vector<FaultInterval>& faults,
                        const AddressPromises& promises);

// It moves as it should, and no further: no flapping.
Verdict CheckMoves(const AddressTrace& trace,
                   const std::vector<FaultInterval>& faults,
                   const AddressPromises& promises);

// Each node that gets it says so by a gratuitous ARP packet on the network.
Verdict CheckAnnounced(const AddressTrace& trace,
                       const AddressPromises& promises);

// Whoever answered a client ("ask", answered by a node's name) held it at that
// time, by more or less a handover; clients see it move as the nodes say it
// does. kUnknown without an answer.
Verdict CheckClientsSee(const AddressTrace& trace, const History& history,
                        const AddressPromises& promises);

// All of them; that it is announced only if it may move.
std::vector<Verdict> JudgeAddress(const AddressTrace& trace,
                                  const History& history,
                                  const AddressPromises& promises);

}  // namespace faultline
