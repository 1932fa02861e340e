#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <optional>

#include "faultline/base/errno_text.h"
#include "faultline/base/error.h"
#include "faultline/cli/line_reader.h"

namespace faultline {
namespace {

constexpr int kSilenceMilliseconds = 1000;
constexpr Duration kCleaningUp = std::chrono::seconds(30);
constexpr int kCannotExecute = 127;

// The signals that end this process are read from a descriptor instead.
class EndingSignals {
 public:
  EndingSignals() {
    sigset_t signals;
    ::sigemptyset(&signals);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP})
      ::sigaddset(&signals, signal);
    ::pthread_sigmask(SIG_BLOCK, &signals, &before_);
    descriptor_ =
        FileDescriptor(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
  }
  ~EndingSignals() { ::pthread_sigmask(SIG_SETMASK, &before_, nullptr); }
  EndingSignals(const EndingSignals&) = delete;
  EndingSignals& operator=(const EndingSignals&) = delete;

  int fd() const { return descriptor_.get(); }
  const sigset_t& before() const { return before_; }
  std::optional<int> Take() {
    signalfd_siginfo info;
    if (::read(descriptor_.get(), &info, sizeof info) != sizeof info)
      return std::nullopt;
    return static_cast<int>(info.ssi_signo);
  }

 private:
  sigset_t before_{};
  FileDescriptor descriptor_;
};

// In the child, so only calls that are safe there.
[[noreturn]] void Execute(char* const* argv, int output, pid_t parent,
                          const sigset_t& signals) {
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  ::pthread_sigmask(SIG_SETMASK, &signals, nullptr);
  ::dup2(output, STDOUT_FILENO);
  ::dup2(output, STDERR_FILENO);
  const int null = ::open("/dev/null", O_RDONLY);
  ::dup2(null, STDIN_FILENO);
  if (::getppid() == parent) ::execvp(argv[0], argv);
  ::_exit(kCannotExecute);
}

struct Started {
  pid_t pid = -1;
  FileDescriptor output;
};

Started Start(const std::vector<std::string>& argv, const sigset_t& signals) {
  std::vector<char*> pointers;
  for (const std::string& each : argv)
    pointers.push_back(const_cast<char*>(each.c_str()));
  pointers.push_back(nullptr);
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    throw MachineError("cannot make a pipe: " + ErrnoText());
  FileDescriptor reading(ends[0]);
  const FileDescriptor writing(ends[1]);
  const pid_t parent = ::getpid();
  const pid_t pid = ::fork();
  if (pid < 0)
    throw MachineError("cannot start " + argv.front() + ": " + ErrnoText());
  if (pid == 0) Execute(pointers.data(), writing.get(), parent, signals);
  return {pid, std::move(reading)};
}

int WaitFor(pid_t pid) {
  int status = 0;
  while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

// Reads to the end of the output. Returns the signal that came meanwhile.
std::optional<int> Follow(const Started& child, EndingSignals& signals,
                          const OnLine& on_line) {
  std::optional<int> signal;
  Deadline deadline = Deadline::After(kCleaningUp);
  LineBuffer lines(on_line);
  char buffer[4096];
  while (!signal || !deadline.Expired()) {
    pollfd events[2] = {{child.output.get(), POLLIN, 0},
                        {signals.fd(), POLLIN, 0}};
    if (::poll(events, 2, kSilenceMilliseconds) == 0) on_line("");
    if (const auto came = signals.Take(); came && !signal) {
      signal = came;
      deadline = Deadline::After(kCleaningUp);
      ::kill(child.pid, SIGTERM);
    }
    if (events[0].revents == 0) continue;
    const ssize_t got = ::read(child.output.get(), buffer, sizeof buffer);
    if (got <= 0) break;
    lines.Append({buffer, static_cast<std::size_t>(got)});
  }
  lines.End();
  return signal;
}

}  // namespace

int RunToItsEnd(const std::vector<std::string>& argv, const OnLine& on_line) {
  std::optional<int> signal;
  int status = 0;
  {
    EndingSignals signals;
    const Started child = Start(argv, signals.before());
    signal = Follow(child, signals, on_line);
    status = WaitFor(child.pid);
  }
  if (signal) ::raise(*signal);
  return status;
}

}  // namespace faultline
