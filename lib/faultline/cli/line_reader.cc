#include "faultline/cli/line_reader.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>

#include "faultline/base/errno_text.h"
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
  if (::pipe2(ends, O_CLOEXEC) != 0)
    throw MachineError("cannot make a pipe: " + ErrnoText());
  return {FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

void ReadLines(int fd, const OnLine& on_line) {
  LineBuffer lines(on_line);
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
    lines.Append({buffer, static_cast<std::size_t>(got)});
  }
  lines.End();
}

}  // namespace

void LineBuffer::Append(std::string_view text) {
  pending_ += text;
  for (std::size_t end = pending_.find('\n'); end != std::string::npos;
       end = pending_.find('\n')) {
    on_line_(pending_.substr(0, end));
    pending_.erase(0, end + 1);
  }
}

void LineBuffer::End() {
  if (!pending_.empty()) on_line_(pending_);
  pending_.clear();
}

int RunWithLines(Warden& warden, const std::vector<std::string>& argv,
                 const OnLine& on_line) {
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
