#include "faultline/net/vde_console.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <sstream>
#include <utility>

#include "faultline/base/error.h"

namespace faultline {
namespace {

constexpr int kSuccess = 1000;
constexpr int kDataFollows = 0;
constexpr std::size_t kCodeDigits = 4;

bool StartsWithCode(const std::string& line) {
  if (line.size() < kCodeDigits) return false;
  for (std::size_t i = 0; i < kCodeDigits; ++i)
    if (std::isdigit(static_cast<unsigned char>(line[i])) == 0) return false;
  return line.size() == kCodeDigits || line[kCodeDigits] == ' ';
}

bool NextLine(std::istringstream& stream, std::string& line) {
  if (!std::getline(stream, line)) return false;
  if (!line.empty() && line.back() == '\r') line.pop_back();
  return true;
}

}  // namespace

VdeReply ParseVdeReply(const std::string& raw) {
  std::istringstream stream(raw);
  VdeReply reply;
  for (std::string line; NextLine(stream, line);) {
    if (!StartsWithCode(line)) continue;  // blank lines, debug notices
    reply.code = std::stoi(line.substr(0, kCodeDigits));
    if (reply.code != kDataFollows) {
      reply.text = line.substr(std::min(line.size(), kCodeDigits + 1));
      return reply;
    }
    // "0000 DATA END WITH '.'"
    while (NextLine(stream, line) && line != ".") reply.lines.push_back(line);
  }
  throw MachineError(fmt::format("vde console: no result code in \"{}\"", raw));
}

VdeConsole::VdeConsole(FileDescriptor socket, std::string prompt,
                       Deadline deadline)
    : socket_(std::move(socket)), prompt_(std::move(prompt)) {
  ReadToPrompt("no prompt came", deadline);
}

std::vector<std::string> VdeConsole::Command(const std::string& line,
                                             Deadline deadline) {
  VdeReply reply = Ask(line, deadline);
  if (reply.code == kSuccess) return std::move(reply.lines);
  throw MachineError(fmt::format("vde console: \"{}\" was refused: {} {}", line,
                                 reply.code, reply.text));
}

VdeReply VdeConsole::Ask(const std::string& line, Deadline deadline) {
  const auto turn = internal::LockBy(mutex_, deadline,
                                     fmt::format("vde console: \"{}\"", line));
  if (!broken_.empty())
    throw MachineError(fmt::format("vde console: \"{}\": {}", line, broken_));
  Send(line, deadline);
  return ParseVdeReply(
      ReadToPrompt(fmt::format("\"{}\" got no answer", line), deadline));
}

// Written in one piece or not at all as a rule: a command is short. A closed
// socket shows in the reading that follows.
void VdeConsole::Send(const std::string& line, Deadline deadline) {
  const std::string text = line + "\n";
  for (std::size_t sent = 0; sent < text.size();) {
    pollfd ready{socket_.get(), POLLOUT, 0};
    if (::poll(&ready, 1, deadline.RemainingMilliseconds()) == 0 &&
        deadline.Expired()) {
      if (sent > 0) broken_ = "an earlier command was written only in part";
      throw TimeoutError(
          fmt::format("vde console: \"{}\" could not be sent in time", line));
    }
    const ssize_t count =
        ::send(socket_.get(), text.data() + sent, text.size() - sent,
               MSG_DONTWAIT | MSG_NOSIGNAL);
    if (count > 0) {
      sent += static_cast<std::size_t>(count);
    } else if (errno != EAGAIN && errno != EINTR) {
      return;
    }
  }
}

std::string VdeConsole::ReadToPrompt(const std::string& awaited,
                                     Deadline deadline) {
  const std::string budget = ToText(
      std::chrono::round<std::chrono::milliseconds>(deadline.Remaining()));
  while (!pending_.ends_with(prompt_)) {
    pollfd ready{socket_.get(), POLLIN, 0};
    if (::poll(&ready, 1, deadline.RemainingMilliseconds()) == 0 &&
        deadline.Expired()) {
      broken_ = "an earlier command got no answer";
      throw TimeoutError(
          fmt::format("vde console: {} within {}", awaited, budget));
    }
    std::array<char, 4096> chunk;
    const ssize_t count =
        ::recv(socket_.get(), chunk.data(), chunk.size(), MSG_DONTWAIT);
    if (count > 0) {
      pending_.append(chunk.data(), static_cast<std::size_t>(count));
    } else if (count == 0 || (errno != EAGAIN && errno != EINTR)) {
      broken_ = "the switch is gone (its console closed)";
      throw MachineError(fmt::format("vde console: {}: {}", awaited, broken_));
    }
  }
  return std::exchange(pending_, {});
}

}  // namespace faultline
