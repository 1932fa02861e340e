#include "faultline/base/warden_server/child_table.h"

#include <signal.h>
#include <sys/wait.h>

#include <algorithm>

namespace faultline::internal {
namespace {

int ExitCodeOf(const siginfo_t& info) {
  return info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
}

}  // namespace

std::uint64_t ChildTable::Add(pid_t pid, FileDescriptor held_stdin) {
  const std::uint64_t id = next_id_++;
  Child& child = children_[id];
  child.pid = pid;
  child.held_stdin = std::move(held_stdin);
  return id;
}

void ChildTable::Release(std::uint64_t id) {
  const auto found = children_.find(id);
  if (found == children_.end()) return;
  found->second.released = true;
  if (found->second.exit_code) children_.erase(found);
}

void ChildTable::Reap() {
  for (;;) {
    siginfo_t info{};
    if (::waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) != 0) return;
    if (info.si_pid == 0) return;
    ReapOne(info.si_pid);
  }
}

void ChildTable::ReapOne(pid_t pid) {
  // As long as the leader is not reaped, its number is that of its group and
  // of nothing else. The group of an orphan is not its own: leave it.
  if (::getpgid(pid) == pid) ::kill(-pid, SIGKILL);
  siginfo_t info{};
  if (::waitid(P_PID, static_cast<id_t>(pid), &info, WEXITED) == 0)
    Record(pid, ExitCodeOf(info));
}

void ChildTable::Record(pid_t pid, int exit_code) {
  const auto found =
      std::find_if(children_.begin(), children_.end(), [&](const auto& entry) {
        return entry.second.pid == pid && !entry.second.exit_code;
      });
  if (found == children_.end()) return;  // an orphan
  found->second.exit_code = exit_code;
  found->second.held_stdin.Reset();
  if (found->second.released) children_.erase(found);
}

std::optional<int> ChildTable::ExitCode(std::uint64_t id) const {
  const auto found = children_.find(id);
  return found == children_.end() ? std::nullopt : found->second.exit_code;
}

void ChildTable::AskAllToEnd() {
  for (auto& [id, child] : children_) {
    child.held_stdin.Reset();
    if (!child.exit_code) ::kill(-child.pid, SIGTERM);
  }
}

bool ChildTable::AllEnded() const {
  return std::all_of(children_.begin(), children_.end(), [](const auto& entry) {
    return entry.second.exit_code.has_value();
  });
}

}  // namespace faultline::internal
