#include "faultline/remote/ssh_session.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <cerrno>
#include <cstdint>
#include <cstring>

#include "faultline/base/error.h"
#include "faultline/remote/ssh_command.h"

namespace faultline::internal {
namespace {

SshKeyHandle ImportPrivateKey(const std::string& text) {
  ssh_key key = nullptr;
  if (ssh_pki_import_privkey_base64(text.c_str(), nullptr, nullptr, nullptr,
                                    &key) != SSH_OK) {
    throw UsageError(
        "the SSH private key given is not an unencrypted key in "
        "OpenSSH's text form");
  }
  return SshKeyHandle(key);
}

// "ssh-ed25519 AAAA... comment"
SshKeyHandle ImportPublicKey(const std::string& text) {
  const std::size_t start = text.find(' ');
  const std::string type = text.substr(0, start);
  std::string body = start == std::string::npos ? "" : text.substr(start + 1);
  body = body.substr(0, body.find_first_of(" \r\n"));
  ssh_key key = nullptr;
  if (ssh_pki_import_pubkey_base64(
          body.c_str(), ssh_key_type_from_name(type.c_str()), &key) != SSH_OK) {
    throw UsageError(
        "the SSH host key given is not a public key in OpenSSH's "
        "text form");
  }
  return SshKeyHandle(key);
}

std::string Fingerprint(const SshKeyHandle& key) {
  unsigned char* hash = nullptr;
  std::size_t length = 0;
  if (ssh_get_publickey_hash(key.get(), SSH_PUBLICKEY_HASH_SHA256, &hash,
                             &length) != SSH_OK) {
    return "of an unknown kind";
  }
  const SshStringHandle text(
      ssh_get_fingerprint_hash(SSH_PUBLICKEY_HASH_SHA256, hash, length));
  ssh_clean_pubkey_hash(&hash);
  return text ? text.get() : "of an unknown kind";
}

int SocketError(int socket) {
  int error = 0;
  socklen_t length = sizeof error;
  ::getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &length);
  return error;
}

void Set(ssh_session session, ssh_options_e option, const void* value) {
  if (ssh_options_set(session, option, value) != SSH_OK) {
    throw UsageError(fmt::format("libssh refused option {}: {}",
                                 static_cast<int>(option),
                                 ssh_get_error(session)));
  }
}

void OnExitStatus(ssh_session, ssh_channel channel, int status,
                  void* userdata) {
  auto& report = *static_cast<ExitReport*>(userdata);
  if (report.channel == channel) report.code = status;
}

void OnExitSignal(ssh_session, ssh_channel channel, const char* signal, int,
                  const char*, const char*, void* userdata) {
  auto& report = *static_cast<ExitReport*>(userdata);
  if (report.channel == channel) report.code = 128 + SignalNumber(signal);
}

}  // namespace

SshSession::SshSession(const SshOptions& options, int port, int interrupt,
                       Deadline deadline)
    : port_(port),
      endpoint_(fmt::format("127.0.0.1:{}", port)),
      interrupt_(interrupt),
      session_(ssh_new()) {
  if (!session_) ThrowNotConnected("libssh has no memory for a session");
  callbacks_.userdata = &exit_report_;
  callbacks_.channel_exit_status_function = OnExitStatus;
  callbacks_.channel_exit_signal_function = OnExitSignal;
  ssh_callbacks_init(&callbacks_);
  OpenSocket(deadline);
  SetOptions(options);
  Handshake(deadline);
  CheckHostKey(options.host_public_key);
  Authenticate(options, deadline);
}

CommandResult SshSession::Run(const std::string& command,
                              std::string_view input, Deadline deadline) {
  return SshCommand(*this, command, input, deadline).Run();
}

void SshSession::OpenSocket(Deadline deadline) {
  socket_.Reset(
      ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0));
  if (!socket_) ThrowNotConnected(std::strerror(errno));
  const int on = 1;
  ::setsockopt(socket_.get(), IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port_));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (::connect(socket_.get(), reinterpret_cast<const sockaddr*>(&address),
                sizeof address) == 0) {
    return;
  }
  if (errno != EINPROGRESS) ThrowNotConnected(std::strerror(errno));
  WaitForTraffic(deadline, "connecting to " + endpoint_);
  if (const int error = SocketError(socket_.get()); error != 0) {
    ThrowNotConnected(std::strerror(error));
  }
}

// Nothing of the user's or the system's SSH set-up may change a test. The
// algorithms are the cheap ones for an emulated guest.
void SshSession::SetOptions(const SshOptions& options) {
  ssh_session session = session_.get();
  const bool read_configuration = false;
  Set(session, SSH_OPTIONS_PROCESS_CONFIG, &read_configuration);
  Set(session, SSH_OPTIONS_SSH_DIR, "/nonexistent");
  Set(session, SSH_OPTIONS_KNOWNHOSTS, "/dev/null");
  Set(session, SSH_OPTIONS_GLOBAL_KNOWNHOSTS, "/dev/null");
  Set(session, SSH_OPTIONS_HOST, "127.0.0.1");
  Set(session, SSH_OPTIONS_PORT, &port_);
  Set(session, SSH_OPTIONS_USER, options.user.c_str());
  Set(session, SSH_OPTIONS_KEY_EXCHANGE,
      "curve25519-sha256,curve25519-sha256@libssh.org");
  Set(session, SSH_OPTIONS_HOSTKEYS, "ssh-ed25519");
  Set(session, SSH_OPTIONS_PUBLICKEY_ACCEPTED_TYPES, "ssh-ed25519");
  const char* const ciphers =
      "chacha20-poly1305@openssh.com,aes128-gcm@openssh.com";
  Set(session, SSH_OPTIONS_CIPHERS_C_S, ciphers);
  Set(session, SSH_OPTIONS_CIPHERS_S_C, ciphers);
  ssh_set_blocking(session, 0);
}

void SshSession::Handshake(Deadline deadline) {
  const int duplicate = ::fcntl(socket_.get(), F_DUPFD_CLOEXEC, 0);
  if (duplicate < 0) ThrowNotConnected(std::strerror(errno));
  Set(session_.get(), SSH_OPTIONS_FD, &duplicate);  // libssh closes it
  if (Drive(deadline, "exchanging keys with " + endpoint_,
            [this] { return ssh_connect(session_.get()); }) != SSH_OK) {
    ThrowNotConnected(LastError());
  }
}

void SshSession::CheckHostKey(const std::string& expected) {
  const SshKeyHandle wanted = ImportPublicKey(expected);
  ssh_key key = nullptr;
  if (ssh_get_server_publickey(session_.get(), &key) != SSH_OK) {
    ThrowNotConnected(LastError());
  }
  const SshKeyHandle got(key);
  if (ssh_key_cmp(got.get(), wanted.get(), SSH_KEY_CMP_PUBLIC) == 0) return;
  throw SshFailure(
      SshFailure::Kind::kWrongHostKey,
      fmt::format("{} has the wrong host key: {} instead of {}", endpoint_,
                  Fingerprint(got), Fingerprint(wanted)));
}

void SshSession::Authenticate(const SshOptions& options, Deadline deadline) {
  const SshKeyHandle key = ImportPrivateKey(options.private_key);
  const int answer =
      Drive(deadline, fmt::format("authenticating at {}", endpoint_), [&] {
        const int step =
            ssh_userauth_publickey(session_.get(), nullptr, key.get());
        return step == SSH_AUTH_AGAIN ? SSH_AGAIN : step;
      });
  if (answer == SSH_AUTH_SUCCESS) return;
  if (answer == SSH_AUTH_ERROR) ThrowNotConnected(LastError());
  ThrowNotConnected(
      fmt::format("it refused the key given for {}", options.user));
}

void SshSession::WaitForTraffic(Deadline deadline, std::string_view doing) {
  const bool connecting = ssh_get_fd(session_.get()) == SSH_INVALID_SOCKET;
  const bool unsent =
      (ssh_get_poll_flags(session_.get()) & SSH_WRITE_PENDING) != 0;
  pollfd waits[] = {{socket_.get(),
                     static_cast<short>(connecting ? POLLOUT
                                        : unsent   ? POLLIN | POLLOUT
                                                   : POLLIN),
                     0},
                    {interrupt_, POLLIN, 0}};
  const int ready = ::poll(waits, 2, deadline.RemainingMilliseconds());
  if (waits[1].revents != 0) {
    throw SshFailure(SshFailure::Kind::kBroken, "disconnected on request");
  }
  if (ready == 0 || deadline.Expired()) {
    throw SshFailure(SshFailure::Kind::kTimeout, std::string(doing));
  }
}

void SshSession::ThrowNotConnected(const std::string& why) const {
  throw SshFailure(SshFailure::Kind::kNotConnected,
                   fmt::format("cannot connect to {}: {}", endpoint_, why));
}

}  // namespace faultline::internal
