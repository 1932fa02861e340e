#include "faultline/vm/guest_agent.h"

#include <fmt/format.h>

#include <charconv>
#include <chrono>

#include "faultline/base/error.h"

namespace faultline {
namespace {

using std::chrono::milliseconds;
using std::chrono::nanoseconds;

constexpr char kFailed[] = "failed ";
constexpr char kClock[] = "clock ";
constexpr milliseconds kOneLook{500};

// An answer that was on its way for longer says too little about the clock.
constexpr milliseconds kQuickAnswer{20};
constexpr int kMostTries = 5;

std::int64_t WallClock() {
  return std::chrono::duration_cast<nanoseconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace

void GuestAgent::Hold(Deadline deadline) {
  Ask("hold\n", "is readied for a checkpoint", deadline);
}

void GuestAgent::ChangeIdentity(
    const std::map<std::string, std::string>& credentials, Deadline deadline) {
  std::string request;
  for (const auto& [name, value] : credentials)
    request += fmt::format("credential {} {}\n{}", name, value.size(), value);
  Ask(request + "change\n", "takes its identity", deadline);
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
    std::int64_t guest = 0;
    if (answer.starts_with(kClock))
      std::from_chars(answer.data() + sizeof kClock - 1,
                      answer.data() + answer.size(), guest);
    if (tries > 0 && trip >= shortest) continue;
    shortest = trip;
    offset = guest - asked - trip / 2;
    if (trip < nanoseconds(kQuickAnswer).count()) break;
  }
  return nanoseconds(offset);
}

void GuestAgent::AdjustClock(Duration by, Deadline deadline) {
  Ask(fmt::format("adjust {}\n", by.count()), "sets its clock", deadline);
}

void GuestAgent::RenewState(const std::string& unit, const std::string& path,
                            const std::string& text, Deadline deadline) {
  Ask(fmt::format("renew {} {} {}\n{}", unit, path, text.size(), text),
      "renews the state of " + unit, deadline);
}

void GuestAgent::StartUnit(const std::string& unit, Deadline deadline) {
  Ask(fmt::format("start {}\n", unit), "starts " + unit, deadline);
}

void GuestAgent::PutGateBefore(const std::string& path, Deadline deadline) {
  Ask(fmt::format("gate {}\n", path), "puts a gate before " + path, deadline);
}

bool GuestAgent::OpenGate(const std::string& path, Duration at_most,
                          Deadline deadline) {
  return AskAgain("open " + path, "opens the gate before " + path, "opened",
                  at_most, deadline);
}

bool GuestAgent::WaitForFile(const std::string& path, Duration at_most,
                             Deadline deadline) {
  return AskAgain("await " + path, "waits for " + path, "there", at_most,
                  deadline);
}

// The guest looks more often than requests would be worth, but not for long: it
// answers one request at a time.
bool GuestAgent::AskAgain(const std::string& request, const std::string& action,
                          const std::string& wanted, Duration at_most,
                          Deadline deadline) {
  const Deadline last_look = deadline.Capped(at_most);
  const std::string line =
      fmt::format("{} {}\n", request, milliseconds(kOneLook).count());
  do {
    if (Ask(line, action, deadline) == wanted) return true;
  } while (!last_look.Expired());
  return false;
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

std::string GuestAgent::Ask(const std::string& request,
                            const std::string& action, Deadline deadline) {
  const std::lock_guard lock(mutex_);
  if (socket_.Write(request, deadline) == LineSocket::Written::kYes) {
    const LineSocket::Result result = ReadAnswer(deadline);
    if (result.line && result.line->starts_with(kFailed))
      throw MachineError(fmt::format("{}: the guest {}: it failed: {}", node_,
                                     action,
                                     result.line->substr(sizeof kFailed - 1)));
    if (result.line) return *result.line;
    if (result.closed)
      throw MachineError(
          fmt::format("{}: the guest {}: QEMU is gone", node_, action));
  }
  throw TimeoutError(fmt::format(
      "{}: the guest {}: its agent did not answer in time", node_, action));
}

}  // namespace faultline
