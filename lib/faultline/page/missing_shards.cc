#include <fmt/format.h>
#include <fmt/ranges.h>

#include <charconv>
#include <map>
#include <optional>
#include <set>

#include "faultline/page/run_catalogue.h"

namespace faultline {
namespace {

constexpr int kMostShards = 10000;

struct Part {
  int index = 1;
  int count = 1;
};

// "2/5"; absent if it is no such thing.
std::optional<Part> PartFrom(const std::string& text) {
  Part part;
  const char* end = text.data() + text.size();
  const auto [slash, bad] = std::from_chars(text.data(), end, part.index);
  if (bad != std::errc() || slash == end || *slash != '/') return std::nullopt;
  const auto [rest, worse] = std::from_chars(slash + 1, end, part.count);
  const bool valid = worse == std::errc() && rest == end && part.index >= 1 &&
                     part.index <= part.count && part.count <= kMostShards;
  return valid ? std::optional(part) : std::nullopt;
}

// Of one shared job, by what it is and how many parts it has.
using Jobs = std::map<std::pair<std::string, int>, std::set<int>>;

void Add(Jobs& jobs, const std::string& what, const std::string& shard) {
  if (const auto part = PartFrom(shard); part && part->count > 1)
    jobs[{what, part->count}].insert(part->index);
}

std::vector<std::string> MissingOf(int count, const std::set<int>& there) {
  std::vector<std::string> missing;
  for (int i = 1; i <= count; ++i) {
    if (!there.contains(i)) missing.push_back(fmt::format("{}/{}", i, count));
  }
  return missing;
}

}  // namespace

std::vector<std::string> MissingShards(const RunCatalogue& catalogue) {
  Jobs jobs;
  for (const CataloguedCommand& command : catalogue.commands)
    Add(jobs,
        fmt::format("of the scenarios that match \"{}\"{}", command.filter,
                    command.seed == 0
                        ? ""
                        : fmt::format(" with seed {}", command.seed)),
        command.shard);
  for (const CataloguedSweep& sweep : catalogue.sweeps) {
    const auto part = PartFrom(sweep.shard);
    Add(jobs,
        fmt::format("of the sweep of {} from seed {}", sweep.component,
                    sweep.first_seed - (part ? part->index - 1 : 0)),
        sweep.shard);
  }
  std::vector<std::string> lines;
  for (const auto& [job, there] : jobs) {
    const auto missing = MissingOf(job.second, there);
    if (!missing.empty())
      lines.push_back(fmt::format("{}: shard{} {}", job.first,
                                  missing.size() == 1 ? "" : "s",
                                  fmt::join(missing, ", ")));
  }
  return lines;
}

}  // namespace faultline
