#pragma once

#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <chrono>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include "faultline/base/file_descriptor.h"

namespace faultline {

// The lines of a transcript under fixtures/.
inline std::vector<std::string> ReadTranscript(const std::string& path) {
  std::ifstream file(path);
  if (!file) throw std::runtime_error("no transcript " + path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(line);
  return lines;
}

// The other end of a socketpair, which replays a transcript: for QMP and VDE
// console tests. One step a line of the transcript:
//
//   # a remark
//   say TEXT         sends TEXT and a newline; $ID is the number after `"id":`
//                    in the last line heard
//   say-part TEXT|   sends TEXT up to the bar, without a newline
//   hear TEXT        waits for one line and expects TEXT in it
//   hang             stays silent until the other end has closed
//   close            closes the connection
//
// A transcript that ends closes the connection, too.
class ScriptedPeer {
 public:
  explicit ScriptedPeer(const std::vector<std::string>& steps) {
    for (const std::string& step : steps) Add(step);
    Start();
  }
  ~ScriptedPeer() {
    far_end_.Reset();
    if (thread_.joinable()) thread_.join();
  }

  // The end under test, once.
  FileDescriptor TakeSocket() { return std::move(far_end_); }

  // Waits for the end of the script; empty, or what did not go as written.
  // Close the other end first.
  std::string Finish() {
    if (thread_.joinable()) thread_.join();
    return complaint_;
  }

 private:
  struct Step {
    std::string verb;
    std::string text;
  };

  void Add(const std::string& line) {
    if (line.empty() || line.front() == '#') return;
    const auto blank = line.find(' ');
    Step step{line.substr(0, blank), ""};
    if (blank != std::string::npos) step.text = line.substr(blank + 1);
    steps_.push_back(step);
  }

  void Start() {
    std::array<int, 2> pair{};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair.data()) != 0)
      throw std::runtime_error("socketpair failed");
    near_end_.Reset(pair[0]);
    far_end_.Reset(pair[1]);
    thread_ = std::thread([this] { Replay(); });
  }

  void Replay() {
    for (const Step& step : steps_) {
      if (step.verb == "close") break;
      if (!Play(step)) {
        complaint_ = "at \"" + step.verb + " " + step.text + "\": heard \"" +
                     heard_ + "\"";
        break;
      }
    }
    near_end_.Reset();
  }

  bool Play(const Step& step) {
    if (step.verb == "say") return Send(step.text + "\n");
    if (step.verb == "say-part")
      return Send(step.text.substr(0, step.text.rfind('|')));
    if (step.verb == "hear")
      return ReadLine() && heard_.find(step.text) != std::string::npos;
    if (step.verb == "hang") {
      while (ReadLine()) {
      }
      return true;
    }
    heard_ = "(no such step)";
    return false;
  }

  bool Send(std::string text) {
    for (auto at = text.find("$ID"); at != std::string::npos;
         at = text.find("$ID"))
      text.replace(at, 3, LastId());
    return ::send(near_end_.get(), text.data(), text.size(), MSG_NOSIGNAL) ==
           static_cast<ssize_t>(text.size());
  }

  std::string LastId() const {
    const auto at = heard_.find("\"id\":");
    if (at == std::string::npos) return "null";
    const auto first = heard_.find_first_of("0123456789", at);
    return heard_.substr(first,
                         heard_.find_first_not_of("0123456789", first) - first);
  }

  bool ReadLine() {
    heard_.clear();
    for (char c = 0; c != '\n'; heard_ += c) {
      pollfd ready{near_end_.get(), POLLIN, 0};
      if (::poll(&ready, 1, 10'000) != 1 || ::read(ready.fd, &c, 1) != 1)
        return false;
    }
    heard_.pop_back();
    return true;
  }

  std::vector<Step> steps_;
  FileDescriptor near_end_;
  FileDescriptor far_end_;
  std::string heard_;
  std::string complaint_;
  std::thread thread_;
};

}  // namespace faultline
