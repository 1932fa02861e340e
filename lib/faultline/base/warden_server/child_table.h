#pragma once

#include <sys/types.h>

#include <cstdint>
#include <map>
#include <optional>

#include "faultline/base/file_descriptor.h"

namespace faultline::internal {

// The processes that the warden started, and how they ended.
class ChildTable {
 public:
  // `held_stdin` is closed when the process ends. Returns its id.
  std::uint64_t Add(pid_t pid, FileDescriptor held_stdin);
  void Release(std::uint64_t id);

  // Takes in all that have ended, orphans of theirs too. What is left of a
  // process group is killed with its leader.
  void Reap();
  // The exit code (128 + signal), or nothing if it still runs or is not known.
  std::optional<int> ExitCode(std::uint64_t id) const;

  // Closes every held stdin and sends SIGTERM to every group.
  void AskAllToEnd();
  bool AllEnded() const;

 private:
  struct Child {
    pid_t pid = -1;
    FileDescriptor held_stdin;
    std::optional<int> exit_code;
    bool released = false;
  };
  void ReapOne(pid_t pid);
  void Record(pid_t pid, int exit_code);

  std::uint64_t next_id_ = 1;
  std::map<std::uint64_t, Child> children_;
};

}  // namespace faultline::internal
