#pragma once

#include <deque>
#include <functional>
#include <map>
#include <mutex>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "faultline/remote/remote.h"

namespace faultline {

// A Remote that answers from a script and remembers what it was asked.
// Thread-safe.
//
//   FakeRemote remote;
//   remote.Answer("etcdctl endpoint health", {.exit_code = 1});
//   remote.Answer("etcdctl endpoint health", {.exit_code = 0});  // from then
//   on remote.AnswerWith("reboot", []() -> CommandResult {
//     throw CommandError("node1: ssh: the connection broke"); });
//
// A command that no answer was given for is a std::logic_error, which no wait
// retries.
class FakeRemote : public Remote {
 public:
  using Responder = std::function<CommandResult()>;
  struct File {
    std::string contents;
    int mode = 0;
  };

  // Several answers for one command are given in turn; the last one stays.
  void Answer(const std::string& command, CommandResult result) {
    AnswerWith(command, [result] { return result; });
  }
  void Answer(const std::string& command, int exit_code,
              const std::string& output = "", const std::string& error = "") {
    AnswerWith(command,
               [=] { return CommandResult{exit_code, output, error}; });
  }
  void AnswerWith(const std::string& command, Responder responder) {
    const std::lock_guard lock(mutex_);
    script_[command].push_back(std::move(responder));
  }
  void PutFile(const std::string& path, std::string contents, int mode = 0644) {
    const std::lock_guard lock(mutex_);
    files_[path] = {std::move(contents), mode};
  }

  std::vector<std::string> commands() const {
    const std::lock_guard lock(mutex_);
    return commands_;
  }
  std::map<std::string, File> files() const {
    const std::lock_guard lock(mutex_);
    return files_;
  }
  int disconnects() const {
    const std::lock_guard lock(mutex_);
    return disconnects_;
  }

  CommandResult Execute(const std::string& command, Deadline) override {
    return NextResponder(command)();
  }
  void Upload(const std::string& contents, const std::string& path, int mode,
              Deadline) override {
    PutFile(path, contents, mode);
  }
  std::string Download(const std::string& path, Deadline) override {
    const std::lock_guard lock(mutex_);
    const auto file = files_.find(path);
    if (file == files_.end()) {
      throw std::logic_error("FakeRemote has no file " + path);
    }
    return file->second.contents;
  }
  void Disconnect() override {
    const std::lock_guard lock(mutex_);
    ++disconnects_;
  }

 private:
  Responder NextResponder(const std::string& command) {
    const std::lock_guard lock(mutex_);
    commands_.push_back(command);
    std::deque<Responder>& responders = script_[command];
    if (responders.empty()) {
      throw std::logic_error("FakeRemote has no answer for: " + command);
    }
    Responder responder = responders.front();
    if (responders.size() > 1) responders.pop_front();
    return responder;
  }

  mutable std::mutex mutex_;
  std::map<std::string, std::deque<Responder>> script_;
  std::vector<std::string> commands_;
  std::map<std::string, File> files_;
  int disconnects_ = 0;
};

}  // namespace faultline
