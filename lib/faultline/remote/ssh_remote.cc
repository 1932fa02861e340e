#include "faultline/remote/ssh_remote.h"

#include <fmt/format.h>
#include <sys/eventfd.h>

#include <chrono>
#include <utility>

#include "faultline/base/error.h"
#include "faultline/remote/shell_text.h"
#include "faultline/remote/ssh_session.h"

namespace faultline {

using internal::SshFailure;
using internal::SshSession;

// The right to use the session. A mutex with a deadline, made of a condition
// variable because ThreadSanitizer of GCC 12 does not know std::timed_mutex.
class SshRemote::Turn {
 public:
  Turn(SshRemote& remote, Deadline deadline) : remote_(remote) {
    std::unique_lock lock(remote_.mutex_);
    if (!remote_.free_.wait_until(lock, deadline.at(),
                                  [this] { return !remote_.busy_; })) {
      throw SshFailure(SshFailure::Kind::kTimeout,
                       "waiting for an earlier command");
    }
    remote_.busy_ = true;
  }
  explicit Turn(SshRemote& remote) : remote_(remote) {
    std::unique_lock lock(remote_.mutex_);
    remote_.free_.wait(lock, [this] { return !remote_.busy_; });
    remote_.busy_ = true;
  }
  ~Turn() {
    {
      const std::lock_guard lock(remote_.mutex_);
      remote_.busy_ = false;
    }
    remote_.free_.notify_one();
  }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  SshRemote& remote_;
};

SshRemote::SshRemote(SshOptions options)
    : options_(std::move(options)),
      interrupt_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!interrupt_) {
    throw MachineError(fmt::format("{}: ssh: no descriptor left for an eventfd",
                                   options_.name));
  }
}

SshRemote::~SshRemote() = default;

CommandResult SshRemote::Execute(const std::string& command,
                                 Deadline deadline) {
  const std::string action = fmt::format("\"{}\"", ShortCommand(command));
  if (command.find('\0') != std::string::npos) {
    throw UsageError(
        fmt::format("{}: ssh: a command cannot hold a NUL byte: {}",
                    options_.name, action));
  }
  return Run(action, command, {}, deadline);
}

// The length is checked because a connection that breaks half-way looks to the
// guest's `cat` like the end of the file.
void SshRemote::Upload(const std::string& contents, const std::string& path,
                       int mode, Deadline deadline) {
  const std::string command = fmt::format(
      "umask 077; p={}; t=\"$p.$$.tmp\"; cat >\"$t\" && "
      "[ \"$(wc -c <\"$t\")\" -eq {} ] && chmod {:o} -- \"$t\" && "
      "mv -f -- \"$t\" \"$p\" || {{ rm -f -- \"$t\"; exit 1; }}",
      ShellQuote(path), contents.size(), mode & 07777);
  const CommandResult result =
      Run("the upload of " + ShortCommand(path), command, contents, deadline);
  if (result.Succeeded()) return;
  throw CommandError(fmt::format(
      "{}: cannot write {} ({} bytes): {}", options_.name, ShortCommand(path),
      contents.size(), OutputTail(result.standard_error)));
}

std::string SshRemote::Download(const std::string& path, Deadline deadline) {
  CommandResult result = Run("the download of " + ShortCommand(path),
                             "cat -- " + ShellQuote(path), {}, deadline);
  if (result.Succeeded()) return std::move(result.standard_output);
  throw CommandError(fmt::format("{}: cannot read {}: {}", options_.name,
                                 ShortCommand(path),
                                 OutputTail(result.standard_error)));
}

void SshRemote::Disconnect() {
  {
    const std::lock_guard lock(mutex_);
    ++disconnects_;
    ::eventfd_write(interrupt_.get(), 1);
  }
  const Turn turn(*this);
  session_.reset();
  const std::lock_guard lock(mutex_);
  if (--disconnects_ > 0) return;
  eventfd_t raised = 0;
  ::eventfd_read(interrupt_.get(), &raised);
}

CommandResult SshRemote::Run(const std::string& action,
                             const std::string& command, std::string_view input,
                             Deadline deadline) {
  const Duration budget =
      std::chrono::ceil<std::chrono::milliseconds>(deadline.Remaining());
  try {
    const Turn turn(*this, deadline);
    return RunInTurn(command, input, deadline);
  } catch (const SshFailure& failure) {
    ThrowError(failure, action, budget);
  }
}

CommandResult SshRemote::RunInTurn(const std::string& command,
                                   std::string_view input, Deadline deadline) {
  try {
    if (session_) {
      try {
        return session_->Run(command, input, deadline);
      } catch (const SshFailure& failure) {
        if (failure.kind() != SshFailure::Kind::kNotSent) throw;
        session_.reset();
      }
    }
    Connect(deadline);
    return session_->Run(command, input, deadline);
  } catch (...) {
    session_.reset();
    throw;
  }
}

void SshRemote::Connect(Deadline deadline) {
  session_ = std::make_unique<SshSession>(options_, options_.port(),
                                          interrupt_.get(), deadline);
}

void SshRemote::ThrowError(const SshFailure& failure, const std::string& action,
                           Duration budget) const {
  const std::string prefix = options_.name + ": ssh: ";
  switch (failure.kind()) {
    case SshFailure::Kind::kTimeout:
      throw TimeoutError(
          fmt::format("{}{} got no answer within {} (last seen: {})", prefix,
                      action, ToText(budget), failure.what()));
    case SshFailure::Kind::kWrongHostKey:
      throw MachineError(prefix + failure.what());
    case SshFailure::Kind::kNotConnected:
      throw CommandError(prefix + failure.what());
    default:
      throw CommandError(fmt::format("{}the connection broke during {}: {}",
                                     prefix, action, failure.what()));
  }
}

}  // namespace faultline
