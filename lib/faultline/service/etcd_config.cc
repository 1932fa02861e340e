#include "faultline/service/etcd_config.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace faultline {
namespace {

using std::chrono::milliseconds;

// etcd's own; up to half as long again for emulated members. The shorter, the
// sooner a new cluster elects, but each one is work.
constexpr milliseconds kHeartbeat{100};

Duration Times(double factor, Duration duration) {
  return std::chrono::duration_cast<milliseconds>(factor * duration);
}

std::int64_t Milliseconds(Duration duration) {
  return std::chrono::duration_cast<milliseconds>(duration).count();
}

std::string InitialClusterText(const EtcdInitialCluster& cluster) {
  std::vector<std::string> entries;
  for (const auto& [name, url] : cluster) {
    entries.push_back(fmt::format("{}={}", name, url));
  }
  return fmt::format("{}", fmt::join(entries, ","));
}

}  // namespace

EtcdOptions WithElectionSettings(EtcdOptions options, double time_scale) {
  if (options.election == Duration::zero()) {
    const Duration heartbeat =
        options.heartbeat == Duration::zero() ? kHeartbeat : options.heartbeat;
    options.election = Times(10 * std::clamp(time_scale, 1.0, 3.0), heartbeat);
  }
  if (options.heartbeat == Duration::zero()) {
    options.heartbeat = Times(std::clamp(time_scale, 1.0, 1.5), kHeartbeat);
  }
  return options;
}

std::string EtcdConfigText(const EtcdMemberConfig& member,
                           const EtcdOptions& options) {
  const EtcdOptions filled = WithElectionSettings(options, 1);
  nlohmann::json config = {
      {"name", member.name},
      {"data-dir", member.data_directory},
      {"listen-peer-urls", member.peer_url},
      {"initial-advertise-peer-urls", member.peer_url},
      {"listen-client-urls", member.client_listen_url},
      {"advertise-client-urls", member.client_advertise_url},
      {"initial-cluster", InitialClusterText(member.initial_cluster)},
      {"initial-cluster-token", "faultline"},
      {"initial-cluster-state", member.existing ? "existing" : "new"},
      {"heartbeat-interval", Milliseconds(filled.heartbeat)},
      {"election-timeout", Milliseconds(filled.election)},
      {"pre-vote", filled.pre_vote},
      {"auto-compaction-retention", "0"},
      {"logger", "zap"},
      {"log-level", "info"},
      {"log-outputs", {"stderr"}},
  };
  if (filled.snapshot_count > 0) {
    config["snapshot-count"] = filled.snapshot_count;
  }
  if (filled.snapshot_catch_up_entries > 0) {
    // 3.4 has this name only, and no flag; 3.5 and later have the other.
    config["SnapshotCatchUpEntries"] = filled.snapshot_catch_up_entries;
    config["experimental-snapshot-catch-up-entries"] =
        filled.snapshot_catch_up_entries;
  }
  if (filled.unsafe_no_fsync) config["unsafe-no-fsync"] = true;
  if (filled.quota_bytes > 0) {
    config["quota-backend-bytes"] = filled.quota_bytes;
  }
  return config.dump(2) + "\n";
}

}  // namespace faultline
