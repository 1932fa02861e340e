#include "faultline/base/processor_time.h"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "faultline/base/error.h"
#include "faultline/base/files.h"

namespace faultline {

std::optional<double> ProcessorSeconds(pid_t pid) {
  std::string stat;
  try {
    stat = ReadFile(fmt::format("/proc/{}/stat", pid));
  } catch (const UsageError&) {
    return std::nullopt;
  }
  // Fields 14 and 15, in clock ticks (proc(5)). The second field, the program's
  // name in parentheses, may hold anything: count from its end.
  std::istringstream fields(stat.substr(stat.rfind(')') + 1));
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;
  double user = 0;
  double system = 0;
  fields >> user >> system;
  return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

std::optional<ProcessorUse> ProcessorUseOf(pid_t pid) {
  ProcessorUse use;
  std::error_code gone;
  for (const auto& task : std::filesystem::directory_iterator(
           fmt::format("/proc/{}/task", pid), gone)) {
    std::ifstream schedstat(task.path() / "schedstat");
    std::int64_t ran = 0;
    std::int64_t waited = 0;
    if (!(schedstat >> ran >> waited)) continue;
    use[std::stoi(task.path().filename().string())] = {
        .ran = std::chrono::nanoseconds(ran),
        .waited = std::chrono::nanoseconds(waited)};
  }
  if (gone || use.empty()) return std::nullopt;
  return use;
}

ProcessorShare Difference(const ProcessorUse& from, const ProcessorUse& until) {
  ProcessorShare sum;
  for (const auto& [thread, now] : until) {
    const auto found = from.find(thread);
    ProcessorShare before;
    // Less than before: another one has the number by now.
    if (found != from.end() && found->second.ran <= now.ran &&
        found->second.waited <= now.waited)
      before = found->second;
    sum.ran += now.ran - before.ran;
    sum.waited += now.waited - before.waited;
  }
  return sum;
}

}  // namespace faultline
