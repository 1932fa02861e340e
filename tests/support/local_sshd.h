#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

#include "faultline/base/file_descriptor.h"
#include "faultline/base/warden.h"
#include "faultline/remote/ssh_key.h"

namespace faultline {

// A real OpenSSH server for tests: on loopback, on a port the system chose, as
// the current user, with its own configuration and host key in a temporary
// directory. A thread here accepts, and the warden starts one `sshd -i` for
// each connection, so that each one is leashed, also while it is frozen.
class LocalSshd {
 public:
  // Throws UsageError if sshd is not installed, MachineError with sshd's words
  // if it refuses its configuration.
  LocalSshd(Warden& warden, SshKeyPair host_key, std::string authorized_key);
  ~LocalSshd();
  LocalSshd(const LocalSshd&) = delete;
  LocalSshd& operator=(const LocalSshd&) = delete;

  int port() const;
  const std::string& host_public_key() const { return host_key_.public_key; }
  const std::filesystem::path& directory() const { return directory_; }
  // Connections made since the start.
  int connections() const;

  // Kills every connection and closes the port.
  void Stop();
  // After Stop: listens again, on another port.
  void Start();
  // SIGSTOP to every server process; new connections get no answer.
  void Freeze();
  void Thaw();

  static std::string CurrentUser();

 private:
  void WriteFiles(const std::string& authorized_key);
  void CheckConfiguration();
  void Listen();
  void AcceptLoop(std::stop_token stop);
  void Serve(FileDescriptor connection);
  void SignalAll(int signal);

  Warden& warden_;
  const SshKeyPair host_key_;
  const std::filesystem::path sshd_;
  std::filesystem::path directory_;
  FileDescriptor wake_;  // an eventfd for the thread
  mutable std::mutex mutex_;
  FileDescriptor listener_;
  int port_ = 0;
  int connections_ = 0;
  bool frozen_ = false;
  std::vector<std::unique_ptr<ChildProcess>> servers_;
  std::jthread thread_;
};

}  // namespace faultline
