#pragma once

#include <algorithm>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace faultline::internal {

// The files of a run directory of which each node has one: <node><suffix>.

// The node that the file's name tells; throws UsageError if it tells none.
std::string NodeOf(const std::filesystem::path& file, std::string_view suffix);

// In no order. Throws UsageError if the directory cannot be read.
std::vector<std::filesystem::path> FilesOfNodes(
    const std::filesystem::path& directory, std::string_view suffix);

// Reads each of them; sorted by node.
template <typename Log>
std::vector<Log> ReadLogs(const std::filesystem::path& directory,
                          std::string_view suffix,
                          Log (*read)(const std::filesystem::path&)) {
  std::vector<Log> logs;
  for (const auto& file : FilesOfNodes(directory, suffix))
    logs.push_back(read(file));
  std::ranges::sort(logs, {}, &Log::node);
  return logs;
}

}  // namespace faultline::internal
