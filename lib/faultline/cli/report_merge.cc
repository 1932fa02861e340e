#include "faultline/cli/report_merge.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <map>

#include "faultline/base/error.h"
#include "faultline/base/files.h"

namespace faultline {
namespace {

namespace fs = std::filesystem;

// By name below a root: "T040.S2.X/20260101T000000Z-1", "run-<id>.json".
using Entries = std::map<std::string, fs::path>;

bool IsRecord(const fs::path& file) {
  return file.filename().string().starts_with("run-") &&
         (file.extension() == ".json" || file.extension() == ".xml");
}

bool IsTestName(const fs::path& directory) {
  const std::string name = directory.filename().string();
  return !name.starts_with('.') && name.find('.') != std::string::npos;
}

Entries EntriesOf(const fs::path& root) {
  Entries entries;
  for (const auto& entry : fs::directory_iterator(root)) {
    if (entry.is_symlink()) continue;
    const std::string name = entry.path().filename().string();
    if (entry.is_regular_file() && IsRecord(entry.path()))
      entries.emplace(name, entry.path());
    if (!entry.is_directory() || !IsTestName(entry.path())) continue;
    for (const auto& run : fs::directory_iterator(entry.path())) {
      if (!run.is_symlink() && run.is_directory())
        entries.emplace(name + "/" + run.path().filename().string(),
                        run.path());
    }
  }
  return entries;
}

// What two copies of one run share: the record, and the size of every file.
std::string Fingerprint(const fs::path& entry) {
  if (fs::is_regular_file(entry)) return ReadFile(entry);
  std::map<std::string, std::string> files;
  for (const auto& file : fs::recursive_directory_iterator(entry)) {
    if (file.is_symlink() || !file.is_regular_file()) continue;
    const std::string name = file.path().filename().string();
    const bool record = name == "result.json" || name == "sweep.json";
    files[file.path().lexically_relative(entry).string()] =
        record ? ReadFile(file.path()) : std::to_string(file.file_size());
  }
  std::string text;
  for (const auto& [name, content] : files)
    text += name + "\n" + content + "\n";
  return text;
}

// Takes what is new into `all`; tells what is there already.
void Join(Entries& all, const fs::path& source, MergeResult& result) {
  const Entries own = EntriesOf(source);
  if (own.empty())
    throw UsageError(
        fmt::format("{}: there are no runs in it", source.string()));
  for (const auto& [name, path] : own) {
    const auto [first, added] = all.emplace(name, path);
    if (added) continue;
    if (Fingerprint(first->second) != Fingerprint(path))
      throw UsageError(fmt::format(
          "{} differs from {}, of the same name: nothing was merged",
          path.string(), first->second.string()));
    result.duplicates.push_back(fmt::format(
        "{}: in {} and {}", name, first->second.string(), path.string()));
  }
}

// Where the copies grow; gone in any case.
class Staging {
 public:
  explicit Staging(const fs::path& out)
      : path_(out / fmt::format(".merging-{}", ::getpid())) {
    fs::create_directories(path_);
    fs::permissions(path_, fs::perms::owner_all);
  }
  ~Staging() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  Staging(const Staging&) = delete;
  Staging& operator=(const Staging&) = delete;
  const fs::path& path() const { return path_; }

 private:
  fs::path path_;
};

void MakePrivate(const fs::path& directory) {
  fs::permissions(directory, fs::perms::owner_all);
  for (const auto& entry : fs::recursive_directory_iterator(directory)) {
    if (entry.is_directory()) fs::permissions(entry, fs::perms::owner_all);
  }
}

void CopyAll(const Entries& entries, const fs::path& out) {
  const Staging staging(out);
  for (const auto& [name, path] : entries) {
    fs::create_directories((staging.path() / name).parent_path());
    fs::copy(path, staging.path() / name,
             fs::copy_options::recursive | fs::copy_options::skip_symlinks);
  }
  MakePrivate(staging.path());
  for (const auto& [name, path] : entries) {
    const fs::path parent = (out / name).parent_path();
    if (fs::create_directories(parent))
      fs::permissions(parent, fs::perms::owner_all);
    fs::rename(staging.path() / name, out / name);
  }
}

}  // namespace

MergeResult MergeRuns(const std::vector<fs::path>& sources,
                      const fs::path& out) {
  MergeResult result;
  Entries all;
  if (fs::is_directory(out)) all = EntriesOf(out);
  const Entries there = all;
  for (const fs::path& source : sources) {
    if (!fs::is_directory(source))
      throw UsageError(
          fmt::format("{}: there is no such directory", source.string()));
    Join(all, source, result);
  }
  for (const auto& [name, path] : there) all.erase(name);
  try {
    fs::create_directories(out);
    CopyAll(all, out);
  } catch (const fs::filesystem_error& error) {
    throw UsageError(fmt::format("{}: {}", out.string(), error.what()));
  }
  result.taken = static_cast<int>(all.size());
  return result;
}

}  // namespace faultline
