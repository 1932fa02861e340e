#include "faultline/report/run_directory.h"

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cctype>
#include <chrono>

#include "faultline/base/environment.h"
#include "faultline/base/errno_text.h"
#include "faultline/base/error.h"
#include "faultline/base/files.h"

namespace faultline {
namespace {

namespace fs = std::filesystem;

constexpr char kLatest[] = "latest";

[[noreturn]] void ThrowUnusable(const fs::path& path,
                                const std::string& reason) {
  throw UsageError(
      fmt::format("run directory: cannot make {}: {}", path.string(), reason));
}

// One path component, whatever the test is called.
std::string Sanitised(const std::string& test_name) {
  constexpr std::size_t kLongest = 200;
  std::string name = test_name.substr(0, kLongest);
  std::replace_if(
      name.begin(), name.end(),
      [](unsigned char c) {
        return std::isalnum(c) == 0 && c != '.' && c != '_' && c != '-';
      },
      '_');
  if (name.empty() || name == kLatest) name += '_';
  if (name.front() == '.') name.front() = '_';
  return name;
}

// False if it is already there.
bool MakeDirectory(const fs::path& path) {
  if (::mkdir(path.c_str(), 0700) == 0) return true;
  const int error = errno;
  if (error == EEXIST && fs::is_directory(path)) return false;
  ThrowUnusable(path, ErrnoText(error == EEXIST ? ENOTDIR : error));
}

void MakeDirectories(const fs::path& path) {
  if (path.empty() || fs::is_directory(fs::status(path))) return;
  MakeDirectories(path.parent_path());
  MakeDirectory(path);
}

std::string RunName() {
  const auto now = std::chrono::floor<std::chrono::seconds>(
      std::chrono::system_clock::now());
  return fmt::format("{:%Y%m%dT%H%M%SZ}-{}",
                     fmt::gmtime(std::chrono::system_clock::to_time_t(now)),
                     ::getpid());
}

// A repeated test may begin twice in one second.
fs::path MakeRunDirectory(const fs::path& directory) {
  const std::string name = RunName();
  fs::path path = directory / name;
  for (int n = 2; !MakeDirectory(path); ++n) {
    path = directory / fmt::format("{}-{}", name, n);
  }
  return path;
}

// Readers find the old link or the new one, never none.
void PointLatest(const fs::path& directory, const fs::path& target) {
  const fs::path link = directory / kLatest;
  const fs::path fresh = directory / fmt::format(".{}-{}", kLatest, ::getpid());
  ::unlink(fresh.c_str());  // left by a killed process of this number
  if (::symlink(target.c_str(), fresh.c_str()) == 0 &&
      ::rename(fresh.c_str(), link.c_str()) == 0) {
    return;
  }
  const int error = errno;
  ::unlink(fresh.c_str());
  ThrowUnusable(link, ErrnoText(error));
}

}  // namespace

fs::path RunDirectory::Root() {
  return Environment("FAULTLINE_RUNS").value_or("faultline-runs");
}

RunDirectory::RunDirectory(const fs::path& root, const std::string& test_name) {
  try {
    const fs::path test = fs::absolute(root) / Sanitised(test_name);
    MakeDirectories(test);
    path_ = MakeRunDirectory(test);
    PointLatest(test, path_.filename());
    PointLatest(test.parent_path(), test.filename() / path_.filename());
  } catch (const fs::filesystem_error& error) {
    ThrowUnusable(root, error.code().message());
  }
}

void RunDirectory::Write(const std::string& name, const std::string& contents) {
  const fs::path relative(name);
  if (relative.is_absolute() || !relative.has_filename() ||
      std::find(relative.begin(), relative.end(), "..") != relative.end()) {
    throw UsageError(fmt::format("run directory: \"{}\" is not a name in {}",
                                 name, path_.string()));
  }
  MakeDirectories((path_ / relative).parent_path());
  WriteFileAtomically(path_ / relative, contents);
}

}  // namespace faultline
