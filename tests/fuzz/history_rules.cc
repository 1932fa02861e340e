#include "fuzz/history_rules.h"

#include <cctype>
#include <limits>
#include <map>

#include "faultline/base/error.h"

namespace faultline {
namespace {

constexpr char kName[] = "input";

// "input:17: reason".
bool SaysWhereAndWhy(const std::string& message) {
  const std::string prefix = std::string(kName) + ":";
  if (!message.starts_with(prefix)) return false;
  std::size_t at = prefix.size();
  const std::size_t digits = at;
  while (at < message.size() &&
         std::isdigit(static_cast<unsigned char>(message[at])) != 0) {
    ++at;
  }
  return at > digits && message.substr(at, 2) == ": " &&
         message.size() > at + 2;
}

std::string JudgeOperation(const Operation& operation) {
  constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
  if (operation.process < 0) return "a negative process";
  const bool open = operation.completed_ns == kNever;
  if (open != (operation.outcome == Outcome::kUnknown)) {
    return "an outcome that does not match its completion";
  }
  if (operation.completed_ns < operation.invoked_ns) {
    return "a completion before its invocation";
  }
  if (Writes(operation.kind) && !operation.value) return "a write of nothing";
  for (const Access& access : operation.accesses) {
    if (access.write && !access.value) return "an access that writes nothing";
  }
  return {};
}

// One operation of a process at a time, none after an unknown one.
std::string JudgeProcesses(const History& history) {
  std::map<int, std::int64_t> free_from;
  std::int64_t last = std::numeric_limits<std::int64_t>::min();
  for (const Operation& operation : history.operations) {
    if (operation.invoked_ns < last) return "invocations out of order";
    last = operation.invoked_ns;
    const auto [process, is_new] =
        free_from.try_emplace(operation.process, operation.completed_ns);
    if (is_new) continue;
    if (operation.invoked_ns < process->second) {
      return "a process with two operations at once";
    }
    process->second = operation.completed_ns;
  }
  return {};
}

std::string Judge(const History& history) {
  for (const Operation& operation : history.operations) {
    if (auto wrong = JudgeOperation(operation); !wrong.empty()) return wrong;
  }
  for (const FaultInterval& fault : history.faults) {
    if (fault.end_ns < fault.begin_ns)
      return "a fault that ends before it began";
  }
  if (!history.torn.empty() && !SaysWhereAndWhy(history.torn)) {
    return "a torn line that is not named: " + history.torn;
  }
  return JudgeProcesses(history);
}

}  // namespace

std::string ReadAndJudge(const HistoryReader& read, const std::string& bytes) {
  try {
    return Judge(read(bytes, kName));
  } catch (const UsageError& error) {
    if (SaysWhereAndWhy(error.what())) return {};
    return std::string("refused without line and reason: ") + error.what();
  }
}

}  // namespace faultline
