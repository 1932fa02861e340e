#include "faultline/cli/shard.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "faultline/base/error.h"

namespace faultline {
namespace {

constexpr int kMostShards = 10000;

int ParseNumber(const std::string& whole, std::string_view text) {
  int number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || rest != end || number < 1 || number > kMostShards)
    throw UsageError(fmt::format(
        "shard \"{}\": I/N is wanted, the I-th of N parts, like 2/5", whole));
  return number;
}

}  // namespace

std::vector<std::string> Shard::Of(std::vector<std::string> names) const {
  std::ranges::sort(names);
  std::vector<std::string> mine;
  for (auto i = static_cast<std::size_t>(index - 1); i < names.size();
       i += static_cast<std::size_t>(count))
    mine.push_back(names[i]);
  return mine;
}

std::string Shard::text() const { return fmt::format("{}/{}", index, count); }

Shard ParseShard(const std::string& text) {
  const std::size_t slash = std::min(text.find('/'), text.size());
  const std::string_view view = text;
  const Shard shard{.index = ParseNumber(text, view.substr(0, slash)),
                    .count = ParseNumber(
                        text, view.substr(std::min(slash + 1, text.size())))};
  if (shard.index > shard.count)
    throw UsageError(fmt::format("shard \"{}\": there are only {} parts", text,
                                 shard.count));
  return shard;
}

}  // namespace faultline
