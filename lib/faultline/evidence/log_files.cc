#include "faultline/evidence/log_files.h"

#include <fmt/format.h>

#include <system_error>

#include "faultline/base/error.h"

namespace faultline::internal {
namespace {

bool IsNamed(const std::filesystem::path& file, std::string_view suffix) {
  const std::string name = file.filename().string();
  return name.size() > suffix.size() && name.ends_with(suffix);
}

}  // namespace

std::string NodeOf(const std::filesystem::path& file, std::string_view suffix) {
  if (!IsNamed(file, suffix)) {
    throw UsageError(
        fmt::format("{}: not named <node>{}", file.string(), suffix));
  }
  std::string name = file.filename().string();
  name.resize(name.size() - suffix.size());
  return name;
}

std::vector<std::filesystem::path> FilesOfNodes(
    const std::filesystem::path& directory, std::string_view suffix) {
  std::error_code error;
  std::vector<std::filesystem::path> files;
  for (const auto& entry :
       std::filesystem::directory_iterator(directory, error)) {
    if (IsNamed(entry.path(), suffix)) files.push_back(entry.path());
  }
  if (error) {
    throw UsageError(
        fmt::format("{}: {}", directory.string(), error.message()));
  }
  return files;
}

}  // namespace faultline::internal
