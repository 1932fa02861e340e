#include "faultline/cli/line_reader.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "faultline/base/error.h"

namespace faultline {
namespace {

constexpr int kSilenceMilliseconds = 1000;

struct Pipe {
  FileDescriptor reading;
  FileDescriptor writing;
};

Pipe MakePipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0) {
    throw MachineError(std::string("cannot make a pipe: ") +
                       std::strerror(errno));
  }
  return {FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

// Takes whole lines off the front of `pending`.
void HandOnLines(std::string& pending,
                 const std::function<void(const std::string&)>& on_line) {
  for (std::size_t end = pending.find('\n'); end != std::string::npos;
       end = pending.find('\n')) {
    on_line(pending.substr(0, end));
    pending.erase(0, end + 1);
  }
}

void ReadLines(int fd, const std::function<void(const std::string&)>& on_line) {
  std::string pending;
  char buffer[4096];
  while (true) {
    pollfd waiting{.fd = fd, .events = POLLIN, .revents = 0};
    if (::poll(&waiting, 1, kSilenceMilliseconds) == 0) {
      on_line("");
      continue;
    }
    const ssize_t got = ::read(fd, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    pending.append(buffer, static_cast<std::size_t>(got));
    HandOnLines(pending, on_line);
  }
  if (!pending.empty()) on_line(pending);
}

}  // namespace

int RunWithLines(Warden& warden, const std::vector<std::string>& argv,
                 const std::function<void(const std::string& line)>& on_line) {
  Pipe output = MakePipe();
  const int fd = output.writing.get();
  const auto child = warden.Spawn({.name = argv.front(),
                                   .argv = argv,
                                   .output = {},
                                   .inherited = {{fd, 1}, {fd, 2}}});
  output.writing.Reset();
  ReadLines(output.reading.get(), on_line);
  return child->WaitForExit(Deadline::After(std::chrono::seconds(30)))
      .value_or(1);
}

}  // namespace faultline
