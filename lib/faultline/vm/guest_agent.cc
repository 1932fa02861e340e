#include "faultline/vm/guest_agent.h"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <optional>
#include <string_view>

#include "faultline/base/error.h"

namespace faultline {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

constexpr char kFailed[] = "failed ";
constexpr std::string_view kClock = "clock ";
constexpr milliseconds kOneLook{500};

// An answer that was on its way for longer says too little about the clock.
constexpr milliseconds kQuickAnswer{20};
constexpr int kMostTries = 5;

std::int64_t WallClock() {
  return std::chrono::duration_cast<nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

// "clock N", whole.
std::optional<std::int64_t> ParseClock(const std::string& answer) {
  if (!answer.starts_with(kClock)) return std::nullopt;
  std::int64_t clock = 0;
  const char* const end = answer.data() + answer.size();
  const auto [rest, error] =
      std::from_chars(answer.data() + kClock.size(), end, clock);
  if (error != std::errc() || rest != end) return std::nullopt;
  return clock;
}

}  // namespace

void GuestAgent::Hold(Deadline deadline) {
  Tell("hold\n", "is readied for a checkpoint", "held", deadline);
}

void GuestAgent::ChangeIdentity(
    const std::map<std::string, std::string>& credentials, Deadline deadline) {
  std::string request;
  for (const auto& [name, value] : credentials)
    request += fmt::format("credential {} {}\n{}", name, value.size(), value);
  Tell(request + "change\n", "takes its identity", "changed", deadline);
}

void GuestAgent::SetClock(Deadline deadline) {
  AdjustClock(-ClockOffset(deadline), deadline);
}

// As NTP does: the guest's answer belongs to the middle of the round trip.
Duration GuestAgent::ClockOffset(Deadline deadline) {
  std::int64_t shortest = 0;
  std::int64_t offset = 0;
  for (int tries = 0; tries < kMostTries; ++tries) {
    const std::int64_t asked = WallClock();
    const std::string answer = Ask("clock\n", "tells its clock", deadline);
    const std::int64_t trip = WallClock() - asked;
    const auto guest = ParseClock(answer);
    if (!guest) ThrowUnknown("tells its clock", answer);
    if (tries > 0 && trip >= shortest) continue;
    shortest = trip;
    offset = *guest - asked - trip / 2;
    if (trip < nanoseconds(kQuickAnswer).count()) break;
  }
  return nanoseconds(offset);
}

void GuestAgent::AdjustClock(Duration by, Deadline deadline) {
  Tell(fmt::format("adjust {}\n", by.count()), "sets its clock", "adjusted",
       deadline);
}

void GuestAgent::RenewState(const std::string& unit, const std::string& path,
                            const std::string& text, Deadline deadline) {
  Tell(fmt::format("renew {} {} {}\n{}", unit, path, text.size(), text),
       "renews the state of " + unit, "renewed", deadline);
}

void GuestAgent::StartUnit(const std::string& unit, Deadline deadline) {
  Tell(fmt::format("start {}\n", unit), "starts " + unit, "started", deadline);
}

void GuestAgent::PutGateBefore(const std::string& path, Deadline deadline) {
  Tell(fmt::format("gate {}\n", path), "puts a gate before " + path, "gated",
       deadline);
}

bool GuestAgent::OpenGate(const std::string& path, Duration at_most,
                          Deadline deadline) {
  return AskAgain("open " + path, "opens the gate before " + path, "opened",
                  "waiting", at_most, deadline);
}

bool GuestAgent::WaitForFile(const std::string& path, Duration at_most,
                             Deadline deadline) {
  return AskAgain("await " + path, "waits for " + path, "there", "missing",
                  at_most, deadline);
}

// The guest looks more often than requests would be worth, but not for long: it
// answers one request at a time.
bool GuestAgent::AskAgain(const std::string& request, const std::string& action,
                          const std::string& yes, const std::string& no,
                          Duration at_most, Deadline deadline) {
  const Deadline last_look = deadline.Capped(at_most);
  const std::string line =
      fmt::format("{} {}\n", request, milliseconds(kOneLook).count());
  do {
    const std::string answer = Ask(line, action, deadline);
    if (answer == yes) return true;
    if (answer != no) ThrowUnknown(action, answer);
  } while (!last_look.Expired());
  return false;
}

void GuestAgent::Tell(const std::string& request, const std::string& action,
                      const std::string& answer, Deadline deadline) {
  const std::string answered = Ask(request, action, deadline);
  if (answered != answer) ThrowUnknown(action, answered);
}

// An answer that came too late is not taken for that of the next request.
LineSocket::Result GuestAgent::ReadAnswer(Deadline deadline) {
  ++late_answers_;
  LineSocket::Result result;
  while (late_answers_ > 0) {
    result = socket_.ReadLine(deadline);
    if (!result.line) break;
    --late_answers_;
  }
  return result;
}

void GuestAgent::Write(const std::string& request, const std::string& action,
                       Deadline deadline) {
  if (!broken_.empty())
    throw MachineError(
        fmt::format("{}: the guest {}: {}", node_, action, broken_));
  switch (socket_.Write(request, deadline)) {
    case LineSocket::Written::kYes:
    case LineSocket::Written::kClosed:  // reading tells
      return;
    case LineSocket::Written::kCutShort:
      broken_ = "an earlier request was written only in part";
      break;
    case LineSocket::Written::kTimedOut:
      break;
  }
  throw TimeoutError(fmt::format(
      "{}: the guest {}: its agent did not take the request in time", node_,
      action));
}

std::string GuestAgent::Ask(const std::string& request,
                            const std::string& action, Deadline deadline) {
  const auto turn = internal::LockBy(
      mutex_, deadline, fmt::format("{}: the guest {}", node_, action));
  Write(request, action, deadline);
  const LineSocket::Result result = ReadAnswer(deadline);
  if (result.closed)
    throw MachineError(
        fmt::format("{}: the guest {}: QEMU is gone", node_, action));
  if (!result.line)
    throw TimeoutError(fmt::format(
        "{}: the guest {}: its agent did not answer in time", node_, action));
  if (result.line->starts_with(kFailed))
    throw MachineError(fmt::format("{}: the guest {}: it failed: {}", node_,
                                   action,
                                   result.line->substr(sizeof kFailed - 1)));
  return *result.line;
}

void GuestAgent::ThrowUnknown(const std::string& action,
                              const std::string& answer) const {
  throw MachineError(fmt::format("{}: the guest {}: its agent answered \"{}\"",
                                 node_, action, answer));
}

}  // namespace faultline
