#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <string_view>

#include "faultline/base/errno_text.h"
#include "faultline/base/error.h"
#include "faultline/base/warden.h"

namespace faultline {
namespace {

// How long a stream may stay open after its command has ended: whoever holds
// it then has left the command's process group.
constexpr Duration kLingering = std::chrono::seconds(1);
// How long to wait for more output before looking whether the command ended.
constexpr int kLookMilliseconds = 100;

struct Pipe {
  FileDescriptor reader, writer;
};

Pipe MakePipe() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    throw MachineError("cannot make a pipe: " + ErrnoText());
  return {FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

// Both streams of a command, read side by side so that neither fills up.
class Capture {
 public:
  Capture(FileDescriptor out, FileDescriptor err)
      : streams_{std::move(out), std::move(err)} {}

  bool Open() const { return streams_[0] || streams_[1]; }
  // Takes what there is, or waits for it.
  void ReadSome(int timeout_milliseconds) {
    // poll(2) passes over the negative number of a closed stream.
    pollfd readable[2] = {{streams_[0].get(), POLLIN, 0},
                          {streams_[1].get(), POLLIN, 0}};
    if (::poll(readable, 2, timeout_milliseconds) <= 0) return;
    for (size_t i = 0; i < 2; ++i)
      if (readable[i].revents != 0) ReadFrom(i);
  }
  std::string& out() { return texts_[0]; }
  std::string& err() { return texts_[1]; }

 private:
  void ReadFrom(size_t i) {
    std::array<char, 65536> part;
    const ssize_t length = ::read(streams_[i].get(), part.data(), part.size());
    if (length > 0)
      texts_[i].append(part.data(), static_cast<size_t>(length));
    else if (length == 0 || errno != EINTR)
      streams_[i].Reset();
  }

  std::array<FileDescriptor, 2> streams_;
  std::array<std::string, 2> texts_;
};

std::string_view LastLine(std::string_view text) {
  while (!text.empty() && text.back() == '\n') text.remove_suffix(1);
  return text.substr(text.rfind('\n') + 1).substr(0, 200);
}

[[noreturn]] void ThrowRunTimeout(const std::vector<std::string>& argv,
                                  Duration allowed, Capture& capture) {
  std::string_view seen = LastLine(capture.err());
  if (seen.empty()) seen = LastLine(capture.out());
  throw TimeoutError(fmt::format("\"{}\": not within {} (last seen: {})",
                                 fmt::join(argv, " "), ToText(allowed),
                                 seen.empty() ? "no output" : seen));
}

// Reads until the command and its streams end; false at the deadline.
bool ReadToTheEnd(Capture& capture, const ChildProcess& child,
                  Deadline deadline) {
  bool ended = false;
  while (capture.Open() && !deadline.Expired()) {
    capture.ReadSome(
        std::min(kLookMilliseconds, deadline.RemainingMilliseconds()));
    if (!ended && !child.Running()) {
      ended = true;
      deadline = deadline.Capped(kLingering);
    }
  }
  return ended || !capture.Open();
}

}  // namespace

CommandResult Warden::Run(const std::vector<std::string>& argv,
                          Deadline deadline) {
  const Duration allowed = deadline.Remaining();
  Pipe out = MakePipe(), err = MakePipe();
  const std::string name = argv.empty() ? "" : argv[0];
  const auto child = Spawn({.name = name,
                            .argv = argv,
                            .output = {},
                            .inherited = {{out.writer.get(), STDOUT_FILENO},
                                          {err.writer.get(), STDERR_FILENO}}});
  out.writer.Reset();
  err.writer.Reset();
  Capture capture(std::move(out.reader), std::move(err.reader));
  std::optional<int> exit_code;
  if (ReadToTheEnd(capture, *child, deadline))
    exit_code = child->WaitForExit(deadline);
  if (!exit_code) ThrowRunTimeout(argv, allowed, capture);
  return {.exit_code = *exit_code,
          .standard_output = std::move(capture.out()),
          .standard_error = std::move(capture.err())};
}

}  // namespace faultline
