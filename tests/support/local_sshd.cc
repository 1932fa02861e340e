#include "support/local_sshd.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <iostream>
#include <sstream>
#include <stop_token>
#include <string_view>
#include <system_error>
#include <utility>

#include "faultline/base/error.h"
#include "faultline/base/program_path.h"

namespace faultline {
namespace {

using std::chrono_literals::operator""s;

std::filesystem::path MakeDirectory() {
  std::string path =
      (std::filesystem::temp_directory_path() / "faultline-sshd-XXXXXX")
          .string();
  if (::mkdtemp(path.data()) == nullptr) {
    throw MachineError(
        fmt::format("cannot make {}: {}", path, std::strerror(errno)));
  }
  return path;
}

// It stands in /usr/sbin on Debian, which an ordinary user's PATH lacks, and
// insists on being called by its full path.
std::filesystem::path FindSshd() {
  const auto found = FindProgram("sshd");
  return found ? *found : RequireProgram("/usr/sbin/sshd");
}

void WriteFile(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path) << text;
  std::filesystem::permissions(path, std::filesystem::perms::owner_read |
                                         std::filesystem::perms::owner_write);
}

// sshd run by root wants a directory that only a distribution's start-up makes.
// Returns whether `complaint` was about it.
bool MakeMissingDirectory(const std::string& complaint) {
  static constexpr std::string_view kMissing =
      "Missing privilege separation directory: ";
  const std::size_t start = complaint.find(kMissing);
  if (start == std::string::npos) return false;
  std::istringstream rest(complaint.substr(start + kMissing.size()));
  std::string path;
  rest >> path;
  return std::filesystem::create_directory(path);
}

}  // namespace

LocalSshd::LocalSshd(Warden& warden, SshKeyPair host_key,
                     std::string authorized_key)
    : warden_(warden),
      host_key_(std::move(host_key)),
      sshd_(FindSshd()),
      directory_(MakeDirectory()),
      wake_(::eventfd(0, EFD_CLOEXEC)) {
  warden_.RemoveAtExit(directory_);
  WriteFiles(authorized_key);
  CheckConfiguration();
  Start();
}

LocalSshd::~LocalSshd() {
  Stop();
  std::error_code ignored;
  std::filesystem::remove_all(directory_, ignored);
}

int LocalSshd::port() const {
  const std::lock_guard lock(mutex_);
  return port_;
}

int LocalSshd::connections() const {
  const std::lock_guard lock(mutex_);
  return connections_;
}

void LocalSshd::Start() {
  Listen();
  thread_ = std::jthread([this](std::stop_token stop) { AcceptLoop(stop); });
}

void LocalSshd::Stop() {
  if (thread_.joinable()) {
    thread_.request_stop();
    ::eventfd_write(wake_.get(), 1);
    thread_.join();
    eventfd_t woken = 0;
    ::eventfd_read(wake_.get(), &woken);
  }
  const std::lock_guard lock(mutex_);
  servers_.clear();  // kills them
  listener_.Reset();
}

void LocalSshd::Freeze() {
  {
    const std::lock_guard lock(mutex_);
    frozen_ = true;
    SignalAll(SIGSTOP);
  }
  ::eventfd_write(wake_.get(), 1);
}

void LocalSshd::Thaw() {
  {
    const std::lock_guard lock(mutex_);
    frozen_ = false;
    SignalAll(SIGCONT);
  }
  ::eventfd_write(wake_.get(), 1);
}

std::string LocalSshd::CurrentUser() {
  // Looked up once: getpwuid is not thread-safe.
  static const std::string name = [] {
    const passwd* const entry = ::getpwuid(::geteuid());
    return entry == nullptr ? std::string() : std::string(entry->pw_name);
  }();
  if (name.empty()) throw UsageError("the current user has no name");
  return name;
}

void LocalSshd::WriteFiles(const std::string& authorized_key) {
  WriteFile(directory_ / "host_key", host_key_.private_key);
  WriteFile(directory_ / "authorized_keys", authorized_key + "\n");
  WriteFile(directory_ / "config",
            fmt::format("HostKey {0}/host_key\n"
                        "AuthorizedKeysFile {0}/authorized_keys\n"
                        "PidFile none\n"
                        "StrictModes no\n"
                        "UsePAM no\n"
                        "UseDNS no\n"
                        "PermitRootLogin prohibit-password\n"
                        "PasswordAuthentication no\n"
                        "KbdInteractiveAuthentication no\n"
                        "PrintMotd no\n"
                        "MaxSessions 10\n"
                        // Stops bash from reading the user's .bashrc.
                        "SetEnv SHLVL=2\n",
                        directory_.string()));
}

void LocalSshd::CheckConfiguration() {
  const std::vector<std::string> argv = {sshd_, "-t", "-f",
                                         directory_ / "config"};
  CommandResult check = warden_.Run(argv, Deadline::After(10s));
  if (!check.Succeeded() && MakeMissingDirectory(check.standard_error)) {
    check = warden_.Run(argv, Deadline::After(10s));
  }
  if (check.Succeeded()) return;
  throw MachineError(fmt::format("{} refused its configuration: {}",
                                 sshd_.string(), check.standard_error));
}

void LocalSshd::Listen() {
  const std::lock_guard lock(mutex_);
  listener_.Reset(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* const generic = reinterpret_cast<sockaddr*>(&address);
  if (::bind(listener_.get(), generic, length) != 0 ||
      ::listen(listener_.get(), 64) != 0 ||
      ::getsockname(listener_.get(), generic, &length) != 0) {
    throw MachineError(
        fmt::format("cannot listen on loopback: {}", std::strerror(errno)));
  }
  port_ = ntohs(address.sin_port);
}

void LocalSshd::AcceptLoop(std::stop_token stop) {
  while (!stop.stop_requested()) {
    bool frozen = false;
    {
      const std::lock_guard lock(mutex_);
      frozen = frozen_;
    }
    pollfd waits[] = {{wake_.get(), POLLIN, 0},
                      {frozen ? -1 : listener_.get(), POLLIN, 0}};
    if (::poll(waits, 2, -1) < 0 || stop.stop_requested()) continue;
    if (waits[0].revents != 0) {
      eventfd_t woken = 0;
      ::eventfd_read(wake_.get(), &woken);
    }
    if (waits[1].revents == 0) continue;
    FileDescriptor connection(
        ::accept4(listener_.get(), nullptr, nullptr, SOCK_CLOEXEC));
    if (!connection) continue;
    try {
      Serve(std::move(connection));
    } catch (const std::exception& error) {
      std::cerr << "LocalSshd: " << error.what() << '\n';
    }
  }
}

void LocalSshd::Serve(FileDescriptor connection) {
  const std::lock_guard lock(mutex_);
  std::erase_if(servers_,
                [](const auto& server) { return !server->Running(); });
  servers_.push_back(
      warden_.Spawn({.name = "sshd",
                     .argv = {sshd_, "-i", "-e", "-f", directory_ / "config"},
                     .output = directory_ / "log",
                     .inherited = {{.fd = connection.get(), .as = 0},
                                   {.fd = connection.get(), .as = 1}}}));
  ++connections_;
  if (frozen_) servers_.back()->Signal(SIGSTOP);
}

// The whole process group: without root, sshd is two processes a connection.
// Commands that it started have groups of their own.
void LocalSshd::SignalAll(int signal) {
  for (const auto& server : servers_) {
    if (server->Running()) ::kill(-server->pid(), signal);
  }
}

}  // namespace faultline
