#include "faultline/vm/qmp.h"

#include <fmt/format.h>

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "faultline/base/deadline_mutex.h"
#include "faultline/base/error.h"
#include "faultline/base/line_socket.h"

namespace faultline {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kMostEventsKept = 10'000;

// What is left of a deadline when an action starts, for its message.
std::string Budget(Deadline deadline) {
  using std::chrono::milliseconds;
  return ToText(std::chrono::round<milliseconds>(deadline.Remaining()));
}

std::string Dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string TextOf(const Json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>()
                                                     : std::string();
}

}  // namespace

// Whoever waits and finds nobody reading becomes the reader for everybody: what
// it reads is filed under `replies` and `events`, and all waiters look again.
struct Qmp::Impl {
  Impl(std::string node, FileDescriptor descriptor)
      : name(std::move(node)), socket(std::move(descriptor)) {}

  template <typename Condition>
  void WaitUntil(Condition condition, Deadline deadline,
                 const std::string& awaited);
  // False if the deadline passed first. `lock` is released meanwhile.
  bool ReadOneLine(std::unique_lock<std::mutex>& lock, Deadline deadline);
  void File(const std::string& line);
  void FileEvent(const Json& message);
  std::int64_t Send(const std::string& command, const Json& arguments,
                    Deadline deadline);
  Json TakeReply(std::int64_t id, const std::string& command,
                 Deadline deadline);
  [[noreturn]] void ThrowGone(const std::string& awaited) const;

  const std::string name;
  LineSocket socket;
  internal::DeadlineMutex send_mutex;
  std::mutex mutex;
  std::condition_variable changed;
  bool someone_reads = false;
  std::string gone;  // why there is nothing more to read
  bool greeted = false;
  std::int64_t last_id = 0;
  std::map<std::int64_t, std::optional<Json>> replies;  // awaited ids
  std::deque<QmpEvent> events;
};

template <typename Condition>
void Qmp::Impl::WaitUntil(Condition condition, Deadline deadline,
                          const std::string& awaited) {
  const std::string budget = Budget(deadline);
  std::unique_lock lock(mutex);
  while (!condition()) {
    if (!gone.empty()) ThrowGone(awaited);
    // Another thread may be reading for longer than we are willing to wait.
    const bool heard = someone_reads
                           ? changed.wait_until(lock, deadline.at()) ==
                                 std::cv_status::no_timeout
                           : ReadOneLine(lock, deadline);
    if (!heard && gone.empty() && !condition())
      throw TimeoutError(
          fmt::format("{}: qmp: {} within {}", name, awaited, budget));
  }
}

bool Qmp::Impl::ReadOneLine(std::unique_lock<std::mutex>& lock,
                            Deadline deadline) {
  someone_reads = true;
  lock.unlock();
  const LineSocket::Result result = socket.ReadLine(deadline);
  lock.lock();
  someone_reads = false;
  if (result.line) File(*result.line);
  if (result.closed) gone = "QEMU is gone (its QMP connection closed)";
  changed.notify_all();
  return result.line || result.closed;
}

void Qmp::Impl::ThrowGone(const std::string& awaited) const {
  throw MachineError(fmt::format("{}: qmp: {}: {}", name, awaited, gone));
}

void Qmp::Impl::File(const std::string& line) {
  const Json message = Json::parse(line, nullptr, false);
  if (!message.is_object()) {
    gone = fmt::format("QEMU sent \"{}\", which is not QMP", line);
    return;
  }
  if (message.contains("QMP")) {
    greeted = true;
  } else if (message.contains("event")) {
    FileEvent(message);
  } else if (message.contains("return") || message.contains("error")) {
    // QEMU leaves the id out only if it could not even parse the command.
    const auto id = message.find("id");
    const auto awaited = id != message.end() && id->is_number_integer()
                             ? replies.find(id->get<std::int64_t>())
                             : replies.begin();
    // Nobody waits any more for the reply to a command that timed out.
    if (awaited != replies.end()) awaited->second = message;
  }
}

void Qmp::Impl::FileEvent(const Json& message) {
  const auto data = message.find("data");
  events.push_back({std::chrono::steady_clock::now(), TextOf(message, "event"),
                    data == message.end() ? "{}" : Dump(*data)});
  if (events.size() > kMostEventsKept) events.pop_front();
}

std::int64_t Qmp::Impl::Send(const std::string& command, const Json& arguments,
                             Deadline deadline) {
  Json request = {{"execute", command}};
  if (!arguments.empty()) request["arguments"] = arguments;
  const auto order = internal::LockBy(
      send_mutex, deadline, fmt::format("{}: qmp: \"{}\"", name, command));
  {
    const std::lock_guard lock(mutex);
    if (!gone.empty()) ThrowGone(fmt::format("\"{}\"", command));
    request["id"] = ++last_id;
    replies[last_id] = std::nullopt;
  }
  // If the connection is closed, reading tells: QEMU's last words may be there.
  const auto written = socket.WriteLine(Dump(request), deadline);
  if (written == LineSocket::Written::kTimedOut ||
      written == LineSocket::Written::kCutShort) {
    const std::string reason =
        fmt::format("\"{}\" could not be sent in full", command);
    const std::lock_guard lock(mutex);
    replies.erase(last_id);
    if (written == LineSocket::Written::kCutShort) gone = reason;
    throw TimeoutError(fmt::format("{}: qmp: {}", name, reason));
  }
  return request["id"].get<std::int64_t>();
}

Json Qmp::Impl::TakeReply(std::int64_t id, const std::string& command,
                          Deadline deadline) {
  struct Forget {
    Impl& impl;
    std::int64_t id;
    ~Forget() {
      const std::lock_guard lock(impl.mutex);
      impl.replies.erase(id);
    }
  } forget{*this, id};
  Json reply;
  WaitUntil(
      [&] {
        if (!replies[id]) return false;
        reply = *replies[id];
        return true;
      },
      deadline, fmt::format("\"{}\" got no answer", command));
  return reply;
}

Qmp::Qmp(std::string name, FileDescriptor socket, Deadline deadline)
    : impl_(std::make_unique<Impl>(std::move(name), std::move(socket))) {
  impl_->WaitUntil([this] { return impl_->greeted; }, deadline,
                   "QEMU sent no greeting");
  Execute("qmp_capabilities", deadline);
}

Qmp::~Qmp() = default;

Json Qmp::Execute(const std::string& command, const Json& arguments,
                  Deadline deadline) {
  const std::int64_t id = impl_->Send(command, arguments, deadline);
  const Json reply = impl_->TakeReply(id, command, deadline);
  if (const auto error = reply.find("error"); error != reply.end())
    throw MachineError(
        fmt::format("{}: qmp: \"{}\" was refused: {}: {}", impl_->name, command,
                    TextOf(*error, "class"), TextOf(*error, "desc")));
  return reply.value("return", Json::object());
}

Json Qmp::Execute(const std::string& command, Deadline deadline) {
  return Execute(command, Json::object(), deadline);
}

std::string Qmp::HumanMonitor(const std::string& line, Deadline deadline) {
  const Json answer =
      Execute("human-monitor-command", {{"command-line", line}}, deadline);
  return answer.is_string() ? answer.get<std::string>() : std::string();
}

QmpEvent Qmp::WaitForEvent(const std::string& name, Deadline deadline) {
  std::optional<QmpEvent> taken;
  impl_->WaitUntil(
      [&] {
        for (auto event = impl_->events.begin(); event != impl_->events.end();
             ++event) {
          if (event->name != name) continue;
          taken = std::move(*event);
          impl_->events.erase(event);
          return true;
        }
        return false;
      },
      deadline, fmt::format("no event {} came", name));
  return *std::move(taken);
}

}  // namespace faultline
