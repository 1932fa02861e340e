#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "faultline/base/deadline.h"

namespace faultline {

// How the etcd of a test is set up. Zero means: derived from the machine's
// speed, or etcd's own default.
//
//   MakeEtcdStore(cluster, {.unsafe_no_fsync = true});
struct EtcdOptions {
  Duration heartbeat = Duration::zero();  // zero: 100 ms with KVM, else 150
  Duration election = Duration::zero();   // zero: 1 s with KVM, up to 3 s
  std::int64_t snapshot_count = 0;        // zero: etcd's default
  bool pre_vote = true;                   // etcd's default since 3.5
  bool unsafe_no_fsync = false;           // negative control for durability
  std::int64_t quota_bytes = 0;           // zero: etcd's default, 2 GB
  // How many entries the log keeps behind a snapshot; zero: etcd's default.
  std::int64_t snapshot_catch_up_entries = 0;
};

// `options` with its zero durations filled in for a machine that is
// `time_scale` times slower than one with KVM.
EtcdOptions WithElectionSettings(EtcdOptions options, double time_scale);

// (name, peer URL) of each member.
using EtcdInitialCluster = std::vector<std::pair<std::string, std::string>>;

// What differs from member to member.
struct EtcdMemberConfig {
  std::string name = {};
  std::string data_directory = {};
  std::string peer_url = {};  // listens there and says so
  std::string client_listen_url = {};
  std::string client_advertise_url = {};
  EtcdInitialCluster initial_cluster = {};
  bool existing = false;  // joins a cluster that runs
};

// The text for `etcd --config-file`: JSON, which YAML includes. Compaction is
// off, because the commit log is read from revision 1.
std::string EtcdConfigText(const EtcdMemberConfig& member,
                           const EtcdOptions& options);

}  // namespace faultline
