#include "faultline/remote/ssh_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdint>
#include <utility>

#include "faultline/remote/shell_text.h"

namespace faultline::internal {
namespace {

constexpr std::size_t kChunk = 32 * 1024;
// A command that never stops printing must not fill the memory of a host that
// runs many virtual machines.
constexpr std::size_t kMostOutput = std::size_t{256} * 1024 * 1024;

// Takes what has come in off the socket. Once both streams have ended, reading
// the channel no longer does, and the exit code would never arrive.
void ReadPackets(ssh_channel channel) {
#if LIBSSH_VERSION_INT >= SSH_VERSION_INT(0, 11, 0)
  std::uint32_t code = 0;
  ssh_channel_get_exit_state(channel, &code, nullptr, nullptr);
#else
  ssh_channel_get_exit_status(channel);
#endif
}

}  // namespace

SshCommand::SshCommand(SshSession& session, const std::string& command,
                       std::string_view input, Deadline deadline)
    : session_(session),
      command_(command),
      input_(input),
      deadline_(deadline),
      channel_(ssh_channel_new(session.get())) {
  session_.exit_report() = {.channel = channel_.get(), .code = std::nullopt};
  ssh_set_channel_callbacks(channel_.get(), session_.callbacks());
}

SshCommand::~SshCommand() { session_.exit_report() = {}; }

CommandResult SshCommand::Run() {
  Open();
  Start();
  for (;;) {
    bool moved = WriteInput();
    moved |= Read(result_.standard_output, output_ended_, 0);
    moved |= Read(result_.standard_error, error_ended_, 1);
    if (Ended()) break;
    if (!moved || deadline_.Expired()) {
      session_.WaitForTraffic(deadline_, Progress());
    }
  }
  if (!session_.exit_report().code) {
    throw SshFailure(SshFailure::Kind::kBroken,
                     "the connection closed before the command's end");
  }
  result_.exit_code = *session_.exit_report().code;
  return std::move(result_);
}

void SshCommand::Open() {
  if (session_.Drive(deadline_, "opening a channel", [this] {
        return ssh_channel_open_session(channel_.get());
      }) != SSH_OK) {
    throw SshFailure(SshFailure::Kind::kNotSent, session_.LastError());
  }
}

void SshCommand::Start() {
  if (session_.Drive(deadline_, "starting the command", [this] {
        return ssh_channel_request_exec(channel_.get(), command_.c_str());
      }) != SSH_OK) {
    throw SshFailure(SshFailure::Kind::kBroken, session_.LastError());
  }
}

bool SshCommand::WriteInput() {
  if (input_ended_) return false;
  if (input_.empty()) {
    ssh_channel_send_eof(channel_.get());
    input_ended_ = true;
    return true;
  }
  const auto size = static_cast<std::uint32_t>(std::min(input_.size(), kChunk));
  const int written = ssh_channel_write(channel_.get(), input_.data(), size);
  if (written < 0) {
    // The command ended without reading it all; its exit code tells. If it was
    // the connection, reading finds out.
    input_ended_ = true;
    return true;
  }
  input_.remove_prefix(static_cast<std::size_t>(written));
  return written > 0;
}

bool SshCommand::Read(std::string& output, bool& ended, int is_stderr) {
  if (ended) return false;
  std::array<char, kChunk> buffer;
  const int count = ssh_channel_read_nonblocking(channel_.get(), buffer.data(),
                                                 buffer.size(), is_stderr);
  if (count == SSH_ERROR) {
    throw SshFailure(SshFailure::Kind::kBroken, session_.LastError());
  }
  if (count == SSH_EOF) ended = true;
  if (count <= 0) return ended;
  output.append(buffer.data(), static_cast<std::size_t>(count));
  if (output.size() > kMostOutput) {
    throw SshFailure(SshFailure::Kind::kBroken,
                     fmt::format("the command printed more than {} MiB",
                                 kMostOutput / 1024 / 1024));
  }
  return true;
}

// The exit code may come before or after the end of the streams.
bool SshCommand::Ended() const {
  if (!output_ended_ || !error_ended_) return false;
  if (!session_.exit_report().code) ReadPackets(channel_.get());
  return session_.exit_report().code.has_value() ||
         ssh_channel_is_closed(channel_.get()) != 0;
}

std::string SshCommand::Progress() const {
  if (!input_ended_) return fmt::format("{} bytes to send", input_.size());
  const std::string& output = result_.standard_error.empty()
                                  ? result_.standard_output
                                  : result_.standard_error;
  if (output.empty()) return "running, no output yet";
  return fmt::format(
      "running, last output: {}",
      OutputTail(std::string_view(output).substr(
                     output.size() - std::min<std::size_t>(output.size(), 400)),
                 1));
}

int SignalNumber(std::string_view name) {
  static constexpr std::pair<std::string_view, int> kSignals[] = {
      {"ABRT", SIGABRT}, {"ALRM", SIGALRM}, {"FPE", SIGFPE},
      {"HUP", SIGHUP},   {"ILL", SIGILL},   {"INT", SIGINT},
      {"KILL", SIGKILL}, {"PIPE", SIGPIPE}, {"QUIT", SIGQUIT},
      {"SEGV", SIGSEGV}, {"TERM", SIGTERM}, {"USR1", SIGUSR1},
      {"USR2", SIGUSR2}};
  for (const auto& [known, number] : kSignals) {
    if (known == name) return number;
  }
  return 0;
}

}  // namespace faultline::internal
