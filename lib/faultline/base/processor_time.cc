#include "faultline/base/processor_time.h"

#include <fmt/format.h>
#include <unistd.h>

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

std::optional<double> ProcessorWait(pid_t pid) {
  double ran = 0;
  double waited = 0;
  std::error_code gone;
  for (const auto& task : std::filesystem::directory_iterator(
           fmt::format("/proc/{}/task", pid), gone)) {
    std::ifstream schedstat(task.path() / "schedstat");
    double task_ran = 0;
    double task_waited = 0;
    if (!(schedstat >> task_ran >> task_waited)) continue;
    ran += task_ran;
    waited += task_waited;
  }
  if (gone || ran + waited <= 0) return std::nullopt;
  return waited / (ran + waited);
}

}  // namespace faultline
