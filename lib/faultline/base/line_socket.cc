#include "faultline/base/line_socket.h"

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>

namespace faultline {
namespace {

// False once the deadline has passed.
bool WaitFor(int fd, short event, Deadline deadline) {
  while (true) {
    pollfd entry{fd, event, 0};
    const int ready = ::poll(&entry, 1, deadline.RemainingMilliseconds());
    if (ready > 0) return true;
    if (ready == 0 && deadline.Expired()) return false;
  }
}

}  // namespace

std::optional<std::string> LineSocket::NextLine() {
  const auto end = pending_.find('\n', searched_);
  if (end == std::string::npos) {
    searched_ = pending_.size();
    return std::nullopt;
  }
  std::string line = pending_.substr(0, end);
  pending_.erase(0, end + 1);
  searched_ = 0;
  if (!line.empty() && line.back() == '\r') line.pop_back();
  return line;
}

LineSocket::Result LineSocket::ReadLine(Deadline deadline) {
  while (true) {
    auto line = NextLine();
    if (line && line->empty()) continue;
    if (line) return {std::move(line), false};
    if (!WaitFor(socket_.get(), POLLIN, deadline)) return {};
    std::array<char, 16384> chunk;
    const ssize_t count =
        ::recv(socket_.get(), chunk.data(), chunk.size(), MSG_DONTWAIT);
    if (count > 0) {
      pending_.append(chunk.data(), static_cast<std::size_t>(count));
    } else if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
      return {std::nullopt, true};
    }
  }
}

LineSocket::Written LineSocket::Write(const std::string& text,
                                      Deadline deadline) {
  for (std::size_t sent = 0; sent < text.size();) {
    if (!WaitFor(socket_.get(), POLLOUT, deadline))
      return sent == 0 ? Written::kTimedOut : Written::kCutShort;
    const ssize_t count =
        ::send(socket_.get(), text.data() + sent, text.size() - sent,
               MSG_DONTWAIT | MSG_NOSIGNAL);
    if (count > 0) {
      sent += static_cast<std::size_t>(count);
    } else if (errno != EAGAIN && errno != EINTR) {
      return Written::kClosed;
    }
  }
  return Written::kYes;
}

}  // namespace faultline
