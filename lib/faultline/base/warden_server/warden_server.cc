#include "faultline/base/warden_server/warden_server.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <nlohmann/json.hpp>
#include <system_error>

#include "faultline/base/deadline.h"
#include "faultline/base/errno_text.h"
#include "faultline/base/error.h"
#include "faultline/base/log.h"
#include "faultline/base/pidfd.h"
#include "faultline/base/warden_server/descendants.h"
#include "faultline/base/warden_server/process.h"
#include "faultline/base/warden_server/setup.h"

namespace faultline::internal {
namespace {

using nlohmann::json;

constexpr Duration kGrace = std::chrono::milliseconds(300);
constexpr Duration kOtherWardens = std::chrono::seconds(3);
constexpr Duration kLongestKilling = std::chrono::seconds(10);

FileDescriptor BlockAndWatchSigchld() {
  sigset_t signals;
  ::sigemptyset(&signals);
  ::sigaddset(&signals, SIGCHLD);
  ::sigprocmask(SIG_BLOCK, &signals, nullptr);
  return FileDescriptor(::signalfd(-1, &signals, SFD_CLOEXEC | SFD_NONBLOCK));
}

struct HeldStdin {
  FileDescriptor reader, writer;
};

HeldStdin MakeHeldStdin() {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC) != 0)
    throw MachineError("cannot make a pipe: " + ErrnoText());
  return {FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

void AddInherited(const json& numbers,
                  const std::vector<FileDescriptor>& received,
                  std::vector<Assignment>& assignments) {
  if (numbers.size() != received.size())
    throw MachineError("descriptors were lost on the way");
  for (size_t i = 0; i < received.size(); ++i) {
    const int as = numbers[i].get<int>();
    if (as < 0 || as >= kChildDescriptors)
      throw MachineError("descriptor number " + std::to_string(as) +
                         " is out of range (0 to 63)");
    assignments.push_back({received[i].get(), as});
  }
}

}  // namespace

WardenServer::WardenServer(FileDescriptor socket)
    : socket_(std::move(socket)),
      null_(::open("/dev/null", O_RDWR | O_CLOEXEC)),
      child_ended_(BlockAndWatchSigchld()) {
  if (!null_ || !child_ended_)
    throw MachineError("cannot set up: " + ErrnoText());
}

void WardenServer::Serve() {
  while (ServeOne()) {
  }
  EndAll();
  KillOrphans();
  RemoveDirectories();
}

// False once the other end has closed.
bool WardenServer::ServeOne() {
  pollfd events[2] = {{socket_.get(), POLLIN, 0},
                      {child_ended_.get(), POLLIN, 0}};
  if (::poll(events, 2, -1) < 0) return errno == EINTR;
  if (events[1].revents != 0) WaitForChild(0);
  if (events[0].revents == 0) return true;
  const UnixMessage message = ReceiveMessage(socket_.get());
  if (message.text.empty()) return false;
  std::vector<FileDescriptor> descriptors;
  json reply;
  try {
    reply = Answer(message, descriptors);
  } catch (const std::exception& error) {
    reply = {{"error", error.what()}};
  }
  std::vector<int> numbers;
  numbers.reserve(descriptors.size());
  for (const FileDescriptor& each : descriptors) numbers.push_back(each.get());
  // An error may name a path of any bytes.
  return SendMessage(socket_.get(),
                     reply.dump(-1, ' ', false, json::error_handler_t::replace),
                     numbers);
}

json WardenServer::Answer(const UnixMessage& message,
                          std::vector<FileDescriptor>& descriptors) {
  const json request = json::parse(message.text);
  const std::string action = request.at("do");
  if (action == "spawn") return Spawn(request, message, descriptors);
  if (action == "status") {
    children_.Reap();
    const auto exit_code = children_.ExitCode(request.at("id"));
    return {{"exit_code", exit_code ? json(*exit_code) : json()}};
  }
  if (action == "release") {
    children_.Release(request.at("id"));
  } else if (action == "remove_at_exit") {
    directories_.emplace_back(request.at("path").get<std::string>());
  } else if (action != "hello") {
    throw MachineError("unknown request: " + action);
  }
  return json::object();
}

json WardenServer::Spawn(const json& request, const UnixMessage& message,
                         std::vector<FileDescriptor>& descriptors) {
  const std::string name = request.at("name");
  Program program{.path = request.at("program"),
                  .argv = request.at("argv"),
                  .descriptors = {{null_.get(), STDIN_FILENO},
                                  {null_.get(), STDOUT_FILENO},
                                  {null_.get(), STDERR_FILENO}}};
  HeldStdin held;
  try {
    if (request.at("hold_stdin_open").get<bool>()) {
      held = MakeHeldStdin();
      program.descriptors[0].fd = held.reader.get();
    }
    AddInherited(request.at("as"), message.descriptors, program.descriptors);
    const pid_t pid = StartProcess(program);
    const std::uint64_t id = children_.Add(pid, std::move(held.writer));
    // Nobody else reaps it, so the number is still its own.
    FileDescriptor handle(OpenPidfd(pid));
    if (!handle) {
      const std::string reason = ErrnoText();
      ::kill(-pid, SIGKILL);
      children_.Release(id);
      throw MachineError("no handle for its process: " + reason);
    }
    descriptors.push_back(std::move(handle));
    return {{"pid", pid}, {"id", id}};
  } catch (const std::system_error& error) {
    throw MachineError(name + ": cannot execute " + program.path + ": " +
                       error.code().message());
  } catch (const MachineError& error) {
    throw MachineError(name + ": " + error.what());
  }
}

void WardenServer::WaitForChild(int timeout_milliseconds) {
  pollfd ended{child_ended_.get(), POLLIN, 0};
  if (::poll(&ended, 1, timeout_milliseconds) == 1) {
    // One record stands for any number of ends: its content says nothing.
    signalfd_siginfo record;
    while (::read(child_ended_.get(), &record, sizeof(record)) > 0) {
    }
  }
  children_.Reap();
}

void WardenServer::EndAll() {
  children_.AskAllToEnd();
  const Deadline deadline = Deadline::After(kGrace);
  while (!children_.AllEnded() && !deadline.Expired())
    WaitForChild(deadline.RemainingMilliseconds());
}

void WardenServer::KillOrphans() {
  const Deadline deadline = Deadline::After(kLongestKilling);
  // The warden of a test that we ran goes by itself once that test is gone, and
  // only it knows which directories to take along.
  const Deadline patience = Deadline::After(kOtherWardens);
  for (auto pids = ChildrenOfThisProcess();
       !pids.empty() && !deadline.Expired(); pids = ChildrenOfThisProcess()) {
    // An unreaped child keeps its number: none of these can be a stranger.
    for (const pid_t pid : pids) {
      if (!IsWarden(pid) || patience.Expired()) ::kill(pid, SIGKILL);
    }
    // Those that they leave behind become ours in turn.
    WaitForChild(20);
  }
}

void WardenServer::RemoveDirectories() {
  for (const std::filesystem::path& directory : directories_) {
    std::error_code error;
    std::filesystem::remove_all(directory, error);
    if (error)
      Log(LogLevel::kError, "warden: cannot remove " + directory.string() +
                                ": " + error.message());
  }
}

}  // namespace faultline::internal
