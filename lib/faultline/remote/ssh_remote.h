#pragma once

#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "faultline/remote/remote.h"

namespace faultline {

struct SshOptions {
  std::string name;  // "node2", for messages
  std::function<int()>
      port;  // asked at each connect: it changes when the machine restarts
  std::string user = "root";
  std::string private_key;      // OpenSSH text
  std::string host_public_key;  // the only host key that is accepted
};

// A Remote over SSH (libssh) to a loopback port. One session, one channel per
// command, connects on first use and again after any failure. No user or system
// SSH configuration is read. Every call honours its deadline, also against a
// guest that is frozen. A wrong host key is a MachineError, never a retry.
class SshRemote : public Remote {
 public:
  explicit SshRemote(SshOptions options);
  ~SshRemote() override;

  CommandResult Execute(const std::string& command, Deadline deadline) override;
  void Upload(const std::string& contents, const std::string& path, int mode,
              Deadline deadline) override;
  std::string Download(const std::string& path, Deadline deadline) override;
  void Disconnect() override;

 private:
  class Session;
  CommandResult Run(const std::string& command, const std::string& input,
                    Deadline deadline);

  const SshOptions options_;
  std::mutex mutex_;
  std::unique_ptr<Session> session_;
};

}  // namespace faultline
