#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "faultline/check/availability.h"
#include "faultline/check/raft_trace.h"
#include "faultline/history/recorder.h"
#include "faultline/service/replicated_store.h"

namespace faultline {

// What the clients of a load do.
enum class LoadKind { kRegister, kSet };

// Concurrent reads, unique-value writes and compare-and-sets on a few keys.
// Each client is pinned to one member (client i to node i mod n); after an
// unknown outcome it goes on under a new process number and connection. Keys
// are "k1", "k2", ...; values "c<client>-<n>", where <client> is the first
// process number of the client, so that two loads that share a recorder never
// write the same value.
//
// kSet: additions of unique elements, removals and reads of whole sets "s1",
// "s2", ..., each a JSON list in one key; `compare_and_set_share` and
// `delete_share` have no meaning then.
struct RegisterTraffic {
  int clients = 5;
  int keys = 3;
  Duration request_timeout = std::chrono::seconds(2);  // scaled by TimeScale()
  double read_share = 0.4;
  double compare_and_set_share = 0.1;              // the rest writes
  Duration pause = std::chrono::milliseconds(20);  // a client's think time
  Duration probe_interval = std::chrono::milliseconds(200);
  // Scaled, too: each look at a member is three requests, and on an emulated
  // cluster they were as many as those of the load.
  Duration observe_interval = std::chrono::milliseconds(200);
  double delete_share = 0;
  LoadKind kind = LoadKind::kRegister;
};

// What one workload leaves behind.
struct WorkloadResult {
  History history;
  std::vector<Probe> probes;
  RaftTrace trace;
};

// Load on a store beside the faults of a test: client threads that record, a
// prober (at a fixed rate one write to each member at once; a probe is answered
// if any member acknowledges it) that measures outages, and an observer that
// samples every member's status. Probes write the keys "probe/<node>", which
// are not in the history. Local to the test; Start once, Stop once (the
// destructor stops too). Waits and Stop are for the owning thread. What a
// thread threw is rethrown by Stop and by the waits. The seed repeats the
// clients' choices, not their timing.
class Workload {
 public:
  Workload(ReplicatedStore& store, RegisterTraffic traffic, std::uint64_t seed,
           Recorder& recorder);
  ~Workload();

  void Start();
  // Until `count` more operations than at the call have been acknowledged.
  // TimeoutError says how many were, and the last error of any client.
  void WaitForAcknowledged(std::int64_t count, Deadline deadline);
  // Ends all threads, waits for requests in flight (bounded by the request
  // timeout).
  WorkloadResult Stop();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// When a load has been stopped and its store agrees: reads each of its keys
// through each member into the history, so that what was lost and never read
// is found. Throws Error if a member does not answer by the deadline.
void ReadEverything(ReplicatedStore& store, const RegisterTraffic& traffic,
                    Recorder& recorder, Deadline deadline);

}  // namespace faultline
