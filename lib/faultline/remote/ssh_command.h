#pragma once

#include <string>
#include <string_view>

#include "faultline/base/command_result.h"
#include "faultline/base/deadline.h"
#include "faultline/remote/ssh_session.h"

namespace faultline::internal {

// One command on its own channel: writes the input, reads both streams in turn
// (draining only one would block once the other's window is full), until both
// have ended and the server has said how the command ended. Used once.
class SshCommand {
 public:
  SshCommand(SshSession& session, const std::string& command,
             std::string_view input, Deadline deadline);
  ~SshCommand();
  SshCommand(const SshCommand&) = delete;
  SshCommand& operator=(const SshCommand&) = delete;

  CommandResult Run();

 private:
  void Open();
  void Start();
  // Each returns whether it moved anything.
  bool WriteInput();
  bool Read(std::string& output, bool& ended, int is_stderr);
  bool Ended() const;
  std::string Progress() const;

  SshSession& session_;
  const std::string& command_;
  std::string_view input_;
  const Deadline deadline_;
  SshChannelHandle channel_;
  bool input_ended_ = false;
  bool output_ended_ = false;
  bool error_ended_ = false;
  CommandResult result_;
};

// The number of a signal in SSH's spelling ("KILL"); 0 if it has none.
int SignalNumber(std::string_view name);

}  // namespace faultline::internal
