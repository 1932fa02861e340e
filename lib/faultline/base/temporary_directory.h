#pragma once

#include <filesystem>
#include <string>

namespace faultline {

class Warden;

// A fresh directory of mode 0700 in TMPDIR (else /tmp), removed with everything
// in it. Its path is short, since UNIX sockets may lie in it (108 bytes at
// most). Belongs to one owner; path() is safe from any thread.
//
//   const TemporaryDirectory scratch("faultline-probe", warden);
//   WriteFileAtomically(scratch.path() / "key", key);
class TemporaryDirectory {
 public:
  // <TMPDIR>/<name>-<six characters>. Throws UsageError that names the path and
  // the reason.
  explicit TemporaryDirectory(const std::string& name = "faultline");
  // The warden removes it too, should this process be killed.
  TemporaryDirectory(const std::string& name, Warden& warden);
  ~TemporaryDirectory();
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

}  // namespace faultline
