#pragma once

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "faultline/base/file_descriptor.h"
#include "faultline/remote/remote.h"

namespace faultline {

namespace internal {
class SshFailure;
class SshSession;
}  // namespace internal

struct SshOptions {
  std::string name;  // "node2", for messages
  std::function<int()>
      port;  // asked at each connect: it changes when the machine restarts
  std::string user = "root";
  std::string private_key;      // OpenSSH text, unencrypted, ed25519
  std::string host_public_key;  // the only host key that is accepted; ed25519
};

// A Remote over SSH (libssh) to a loopback port. One session, one channel per
// command, connects on first use and again after any failure. A connection that
// turns out to be dead before the command was sent is replaced once, silently.
// No user or system SSH configuration is read. Every call honours its deadline,
// also while it queues and against a guest that is frozen. A wrong host key is
// a MachineError, never a retry.
//
// Commands get an empty standard input. A call lasts until both output streams
// are closed: a process left in the background must redirect its output.
class SshRemote : public Remote {
 public:
  explicit SshRemote(SshOptions options);
  ~SshRemote() override;

  CommandResult Execute(const std::string& command, Deadline deadline) override;
  void Upload(const std::string& contents, const std::string& path, int mode,
              Deadline deadline) override;
  std::string Download(const std::string& path, Deadline deadline) override;
  // A call under way on another thread ends at once with CommandError.
  void Disconnect() override;

 private:
  class Turn;
  // `action` names the call in messages.
  CommandResult Run(const std::string& action, const std::string& command,
                    std::string_view input, Deadline deadline);
  CommandResult RunInTurn(const std::string& command, std::string_view input,
                          Deadline deadline);
  void Connect(Deadline deadline);
  [[noreturn]] void ThrowError(const internal::SshFailure& failure,
                               const std::string& action,
                               Duration budget) const;

  const SshOptions options_;
  const FileDescriptor interrupt_;  // an eventfd, raised by Disconnect
  std::mutex mutex_;                // guards the next three
  std::condition_variable free_;
  bool busy_ = false;
  int disconnects_ = 0;
  std::unique_ptr<internal::SshSession> session_;  // of whoever has the turn
};

}  // namespace faultline
