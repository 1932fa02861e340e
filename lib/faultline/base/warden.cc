#include "faultline/base/warden.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>

#include <nlohmann/json.hpp>
#include <system_error>

#include "faultline/base/errno_text.h"
#include "faultline/base/error.h"
#include "faultline/base/log.h"
#include "faultline/base/program_path.h"
#include "faultline/base/unix_message.h"
#include "faultline/base/warden_process.h"

namespace faultline {

namespace fs = std::filesystem;
using nlohmann::json;

// What the warden answered.
struct Warden::Reply {
  json body;
  std::vector<FileDescriptor> descriptors;
};

namespace {

// The warden answers at once; a busy machine may delay it.
constexpr int kAnswerMilliseconds = 60'000;

FileDescriptor OpenOutput(const ProcessOptions& options) {
  if (options.output.empty()) return {};
  FileDescriptor file(::open(options.output.c_str(),
                             O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600));
  if (file) return file;
  throw UsageError(fmt::format("{}: cannot write {}: {}", options.name,
                               options.output.string(), ErrnoText()));
}

bool AnswerArrives(int socket) {
  pollfd readable{socket, POLLIN, 0};
  int ready;
  do {
    ready = ::poll(&readable, 1, kAnswerMilliseconds);
  } while (ready < 0 && errno == EINTR);
  return ready == 1;
}

void RemoveDirectories(const std::vector<fs::path>& directories) noexcept {
  for (const fs::path& directory : directories) {
    std::error_code error;
    fs::remove_all(directory, error);
    if (error) Log(LogLevel::kError, "cannot remove a registered directory");
  }
}

// A path must arrive as it is: one that JSON cannot hold is refused.
std::string RequestText(const json& request) {
  try {
    return request.dump();
  } catch (const json::type_error&) {
    throw UsageError(
        "warden: not UTF-8: " +
        request.dump(-1, ' ', false, json::error_handler_t::replace));
  }
}

}  // namespace

Warden::Warden() {
  internal::WardenProcess process = internal::StartWarden();
  pid_ = process.pid;
  socket_ = std::move(process.socket);
  try {
    // Its answer shows that it is set up: from here on a signal of the
    // terminal does not end it.
    Request(json{{"do", "hello"}}.dump());
  } catch (const Error&) {
    socket_.Reset();
    internal::AwaitWardenEnd(pid_);
    throw;
  }
}

Warden::~Warden() {
  socket_.Reset();
  if (internal::AwaitWardenEnd(pid_)) return;
  Log(LogLevel::kError, "warden: did not end well");
  RemoveDirectories(directories_);
}

std::unique_ptr<ChildProcess> Warden::Spawn(const ProcessOptions& options) {
  if (options.argv.empty()) throw UsageError(options.name + ": no program");
  const FileDescriptor output = OpenOutput(options);
  std::vector<int> descriptors, numbers;
  const auto pass = [&](int descriptor, int as) {
    descriptors.push_back(descriptor);
    numbers.push_back(as);
  };
  if (output) pass(output.get(), STDOUT_FILENO);
  if (output) pass(output.get(), STDERR_FILENO);
  for (const InheritedDescriptor& each : options.inherited)
    pass(each.fd, each.as);
  const json request = {{"do", "spawn"},
                        {"name", options.name},
                        {"program", RequireProgram(options.argv[0]).string()},
                        {"argv", options.argv},
                        {"hold_stdin_open", options.hold_stdin_open},
                        {"as", numbers}};
  Reply reply = Request(RequestText(request), descriptors);
  return std::make_unique<ChildProcess>(
      *this, options.name, reply.body.at("id").get<std::uint64_t>(),
      reply.body.at("pid").get<pid_t>(), std::move(reply.descriptors.at(0)));
}

void Warden::RemoveAtExit(const fs::path& directory) {
  const fs::path path = directory.lexically_normal();
  if (!path.is_absolute() || path == path.root_path())
    throw UsageError(fmt::format("{}: not a directory to remove at exit",
                                 directory.string()));
  Request(RequestText(json{{"do", "remove_at_exit"}, {"path", path.string()}}));
  const std::lock_guard lock(mutex_);
  directories_.push_back(path);
}

std::optional<int> Warden::ExitStatusOf(std::uint64_t id) {
  const Reply reply = Request(json{{"do", "status"}, {"id", id}}.dump());
  const json& status = reply.body.at("exit_code");
  return status.is_null() ? std::nullopt : std::optional(status.get<int>());
}

void Warden::Release(std::uint64_t id) {
  Request(json{{"do", "release"}, {"id", id}}.dump());
}

Warden::Reply Warden::Request(const std::string& request,
                              const std::vector<int>& descriptors) {
  Reply reply = Exchange(request, descriptors);
  const auto error = reply.body.find("error");
  if (error == reply.body.end()) return reply;
  throw MachineError(error->get<std::string>());
}

Warden::Reply Warden::Exchange(const std::string& request,
                               const std::vector<int>& descriptors) {
  const std::lock_guard lock(mutex_);
  if (!internal::SendMessage(socket_.get(), request, descriptors))
    throw MachineError(fmt::format("warden (pid {}): {}", pid_,
                                   errno == EPIPE || errno == ECONNRESET
                                       ? "it has died"
                                       : "cannot be asked: " + ErrnoText()));
  if (!AnswerArrives(socket_.get())) {
    // A late answer would be taken for that of the next request.
    ::shutdown(socket_.get(), SHUT_RDWR);
    throw MachineError(
        fmt::format("warden (pid {}): no answer within 60 s", pid_));
  }
  internal::UnixMessage message = internal::ReceiveMessage(socket_.get());
  if (message.text.empty())
    throw MachineError(fmt::format("warden (pid {}): it has died", pid_));
  return {.body = json::parse(message.text),
          .descriptors = std::move(message.descriptors)};
}

}  // namespace faultline
