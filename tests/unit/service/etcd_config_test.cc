#include "faultline/service/etcd_config.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

namespace faultline {
namespace {

using std::chrono::milliseconds;

nlohmann::json ConfigOf(const EtcdOptions& options, bool existing = false) {
  const EtcdMemberConfig member{
      .name = "node2",
      .data_directory = "/data",
      .peer_url = "http://192.0.2.2:2380",
      .client_listen_url = "http://0.0.0.0:2379",
      .client_advertise_url = "http://192.0.2.2:2379",
      .initial_cluster = {{"node1", "http://192.0.2.1:2380"},
                          {"node2", "http://192.0.2.2:2380"}},
      .existing = existing};
  return nlohmann::json::parse(EtcdConfigText(member, options));
}

TEST(EtcdConfig, FastMachinesGetEtcdsOwnElectionSettings) {
  const EtcdOptions options = WithElectionSettings({}, 1);
  EXPECT_EQ(options.heartbeat, milliseconds(100));
  EXPECT_EQ(options.election, milliseconds(1000));
}

TEST(EtcdConfig, SlowMachinesGetUpToThreeTimesLongerTimeouts) {
  EXPECT_EQ(WithElectionSettings({}, 2.5).election, milliseconds(2500));
  EXPECT_EQ(WithElectionSettings({}, 2.5).heartbeat, milliseconds(150));
  EXPECT_EQ(WithElectionSettings({}, 20).election, milliseconds(3000));
}

TEST(EtcdConfig, GivenHeartbeatDecidesTheTimeout) {
  const EtcdOptions options =
      WithElectionSettings({.heartbeat = milliseconds(50)}, 1);
  EXPECT_EQ(options.heartbeat, milliseconds(50));
  EXPECT_EQ(options.election, milliseconds(500));
}

TEST(EtcdConfig, GivenElectionSettingsStand) {
  const EtcdOptions given{.heartbeat = milliseconds(7),
                          .election = milliseconds(80)};
  const nlohmann::json config = ConfigOf(WithElectionSettings(given, 20));
  EXPECT_EQ(config["heartbeat-interval"], 7);
  EXPECT_EQ(config["election-timeout"], 80);
}

// What a checkpoint of a formed cluster is good for is told by this text: an
// option that it left out would be resumed with another value.
TEST(EtcdConfig, TellsEveryOption) {
  // One more option: this line does not compile until it is below, too.
  const auto& [heartbeat, election, snapshot_count, pre_vote, no_fsync, quota,
               catch_up] = EtcdOptions{};
  const std::vector<EtcdOptions> options = {
      {},
      {.heartbeat = heartbeat + milliseconds(7)},
      {.election = election + milliseconds(70)},
      {.snapshot_count = snapshot_count + 10},
      {.pre_vote = !pre_vote},
      {.unsafe_no_fsync = !no_fsync},
      {.quota_bytes = quota + (1 << 20)},
      {.snapshot_catch_up_entries = catch_up + 10}};
  std::set<std::string> texts;
  for (const EtcdOptions& one : options)
    texts.insert(EtcdConfigText({}, WithElectionSettings(one, 1)));
  EXPECT_EQ(texts.size(), options.size());
}

TEST(EtcdConfig, NamesThisMemberAndAllOthers) {
  const nlohmann::json config = ConfigOf({});
  EXPECT_EQ(config["name"], "node2");
  EXPECT_EQ(config["initial-cluster"],
            "node1=http://192.0.2.1:2380,node2=http://192.0.2.2:2380");
  EXPECT_EQ(config["listen-peer-urls"], "http://192.0.2.2:2380");
  EXPECT_EQ(config["initial-cluster-state"], "new");
  EXPECT_EQ(config["auto-compaction-retention"], "0");
}

TEST(EtcdConfig, OptionsAppearOnlyWhenAsked) {
  EXPECT_FALSE(ConfigOf({}).contains("unsafe-no-fsync"));
  EXPECT_FALSE(ConfigOf({}).contains("snapshot-count"));
  const nlohmann::json config = ConfigOf(
      {.snapshot_count = 50, .unsafe_no_fsync = true, .quota_bytes = 9}, true);
  EXPECT_EQ(config["snapshot-count"], 50);
  EXPECT_EQ(config["unsafe-no-fsync"], true);
  EXPECT_EQ(config["quota-backend-bytes"], 9);
  EXPECT_EQ(config["initial-cluster-state"], "existing");
}

}  // namespace
}  // namespace faultline
