#include "faultline/cli/resource_spec.h"

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>
#include <thread>

namespace faultline {
namespace {

using Json = nlohmann::json;

constexpr int kMachinesAProcessor = 4;

// In MiB; 0 if the kernel does not tell.
int AvailableMemory() {
  std::ifstream lines("/proc/meminfo");
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("MemAvailable:"))
      return static_cast<int>(std::stoll(line.substr(line.find(':') + 1)) /
                              1024);
  }
  return 0;
}

int ConfiguredMachines(const std::filesystem::path& configured) {
  const Json::json_pointer slots("/local/0/machines/0/slots");
  try {
    std::ifstream file(configured);
    return Json::parse(file).at(slots).get<int>();
  } catch (const Json::exception&) {
    return kMachinesAProcessor *
           std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  }
}

}  // namespace

Resources ResourcesOfThisMachine(const std::filesystem::path& configured) {
  return {{"memory_mib", AvailableMemory() * 8 / 10},
          {"machines", ConfiguredMachines(configured)}};
}

std::string ResourceSpec(const Resources& available,
                         const std::vector<Resources>& needs) {
  Resources slots = available;
  for (const Resources& need : needs) {
    for (const auto& [name, wanted] : need)
      slots[name] = std::max(slots[name], wanted);
  }
  Json local = Json::object();
  for (const auto& [name, count] : slots)
    local[name] = {{{"id", "0"}, {"slots", count}}};
  const Json spec = {{"version", {{"major", 1}, {"minor", 0}}},
                     {"local", {local}}};
  return spec.dump() + "\n";
}

}  // namespace faultline
