#include "faultline/sweep/sweep_load.h"

#include <fmt/format.h>

#include "faultline/base/error.h"

namespace faultline {
namespace {

// One that stays as long as it can, and two that go from member to member.
std::vector<WatchTraffic> Watches() {
  return {{.request = {.prefix = true}},
          {.request = {.key = "k", .prefix = true},
           .stay = std::chrono::seconds(2)},
          {.request = {.key = "k1", .puts = false},
           .stay = std::chrono::seconds(3)}};
}

// Asking on opening, before all that was there has come, is what tempts a
// member to promise too much.
std::vector<WatchTraffic> Bookmarks() {
  std::vector<WatchTraffic> watches = Watches();
  for (WatchTraffic& watch : watches) {
    watch.progress_interval = std::chrono::milliseconds(500);
  }
  return watches;
}

// A change that comes while the watch is made is where a member may forget the
// value before: so they are made often.
std::vector<WatchTraffic> PreviousValues() {
  std::vector<WatchTraffic> watches = Watches();
  for (WatchTraffic& watch : watches) {
    watch.request.previous = true;
    watch.stay = std::chrono::seconds(1);
  }
  return watches;
}

const StoreTraffic kWatched{.keys = 4,
                            .read_share = 0.2,
                            .compare_and_set_share = 0.1,
                            .delete_share = 0.2};

}  // namespace

const std::vector<SweepLoad>& SweepLoads() {
  static const std::vector<SweepLoad> loads = {
      {.name = "register", .model = "cas-register", .traffic = {}},
      {.name = "map",
       .model = "map",
       .traffic = {.keys = 8,
                   .compare_and_set_share = 0.2,
                   .delete_share = 0.15}},
      {.name = "set",
       .model = "set",
       .traffic = {.keys = 2, .kind = LoadKind::kSet},
       .options = {.clients = 4},
       .logs_show_values = false},
      {.name = "watch",
       .model = "map",
       .traffic = kWatched,
       .watches = Watches()},
      {.name = "bookmarks",
       .model = "map",
       .traffic = kWatched,
       .watches = Bookmarks()},
      {.name = "previous",
       .model = "map",
       .traffic = kWatched,
       .watches = PreviousValues()},
      {.name = "local-reads",
       .model = "cas-register",
       .traffic = {.reads = ReadMode::kLocal}},
  };
  return loads;
}

const SweepLoad& FindSweepLoad(const std::string& name) {
  std::string names;
  for (const SweepLoad& load : SweepLoads()) {
    if (load.name == name) return load;
    names += (names.empty() ? "" : ", ") + load.name;
  }
  throw UsageError(
      fmt::format("there is no load \"{}\"; there are {}", name, names));
}

}  // namespace faultline
