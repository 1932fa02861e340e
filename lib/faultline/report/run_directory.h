#pragma once

#include <filesystem>
#include <string>

namespace faultline {

// The evidence of one test run: <root>/<test name>/<UTC time>-<pid>/ with
// history, trace, verdicts, guest journals, consoles, versions, seed and rerun
// line. The links `latest` beside the runs of a test and in <root> lead to the
// newest. Every directory made here is 0700. Used by one thread at a time to
// make it; Write is thread-safe for different names.
class RunDirectory {
 public:
  // FAULTLINE_RUNS, else ./faultline-runs.
  static std::filesystem::path Root();

  // Throws UsageError naming the path and the reason if it cannot be made (full
  // disk, not writable).
  RunDirectory(const std::filesystem::path& root, const std::string& test_name);

  const std::filesystem::path& path() const { return path_; }
  // Writes `contents` to `name` ("result.json", "guest/node1.log") whole or not
  // at all. Throws UsageError (disk
  // full: says so).
  void Write(const std::string& name, const std::string& contents);

 private:
  std::filesystem::path path_;
};

}  // namespace faultline
