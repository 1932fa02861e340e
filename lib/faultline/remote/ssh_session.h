#pragma once

#include <libssh/callbacks.h>

#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

#include "faultline/base/command_result.h"
#include "faultline/base/deadline.h"
#include "faultline/base/file_descriptor.h"
#include "faultline/remote/ssh_handles.h"
#include "faultline/remote/ssh_remote.h"

namespace faultline::internal {

// Why a session failed. SshRemote, which knows the node and the command, makes
// an Error of it.
class SshFailure : public std::runtime_error {
 public:
  enum class Kind {
    kTimeout,       // what() is what it was doing
    kNotConnected,  // what() says why
    kWrongHostKey,
    kNotSent,  // the connection was lost before the command went out
    kBroken,   // the connection was lost; the command may have run
  };
  SshFailure(Kind kind, const std::string& what)
      : std::runtime_error(what), kind_(kind) {}
  Kind kind() const { return kind_; }

 private:
  Kind kind_;
};

// How the command on a channel ended, once the server has told.
struct ExitReport {
  ssh_channel channel = nullptr;
  std::optional<int> code;
};

// One authenticated connection. libssh runs non-blocking: every step is tried
// and, if it would block, waits in poll(2) for the socket, for `interrupt` (a
// descriptor that is readable when the call is to be given up) and for the
// deadline. Any exception makes the session unusable. Not thread-safe.
class SshSession {
 public:
  SshSession(const SshOptions& options, int port, int interrupt,
             Deadline deadline);
  SshSession(const SshSession&) = delete;
  SshSession& operator=(const SshSession&) = delete;

  CommandResult Run(const std::string& command, std::string_view input,
                    Deadline deadline);

  // For SshCommand.
  ssh_session get() const { return session_.get(); }
  std::string LastError() const { return ssh_get_error(session_.get()); }
  ExitReport& exit_report() { return exit_report_; }
  ssh_channel_callbacks callbacks() { return &callbacks_; }
  // Blocks until the socket has something to do. Throws SshFailure (kTimeout
  // with `doing`).
  void WaitForTraffic(Deadline deadline, std::string_view doing);
  // Repeats `step` until it no longer would block, and returns its answer.
  template <typename Step>
  int Drive(Deadline deadline, std::string_view doing, Step step) {
    for (;;) {
      const int answer = step();
      if (answer != SSH_AGAIN) return answer;
      WaitForTraffic(deadline, doing);
    }
  }

 private:
  void OpenSocket(Deadline deadline);
  void SetOptions(const SshOptions& options);
  void Handshake(Deadline deadline);
  void CheckHostKey(const std::string& expected);
  void Authenticate(const SshOptions& options, Deadline deadline);
  [[noreturn]] void ThrowNotConnected(const std::string& why) const;

  const int port_;
  const std::string endpoint_;  // "127.0.0.1:40123"
  const int interrupt_;
  // Ours; libssh works on a duplicate, because which side closes a descriptor
  // given by SSH_OPTIONS_FD differs between its error paths.
  FileDescriptor socket_;
  // Declared before the session: libssh keeps the pointers of freed channels
  // until the server confirms (a crash with 0.10.6 if they die earlier).
  ExitReport exit_report_;
  ssh_channel_callbacks_struct callbacks_{};
  SshSessionHandle session_;
};

}  // namespace faultline::internal
