#include "faultline/cli/scenario_phase.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <nlohmann/json.hpp>

#include "faultline/base/error.h"
#include "faultline/base/files.h"
#include "faultline/report/run_report.h"

namespace faultline {
namespace {

namespace fs = std::filesystem;

// Of a history that grew faster than it is read, the rest comes next time.
constexpr std::size_t kMostAtOnce = 4 << 20;

}  // namespace

ScenarioPhase::ScenarioPhase(fs::path test, std::string id)
    : test_(std::move(test)), id_(std::move(id)) {}

// `latest` leads to the run before until this one has made its directory.
bool ScenarioPhase::FindRun() {
  std::error_code none;
  const fs::path newest = fs::read_symlink(test_ / "latest", none);
  if (none) return false;
  const fs::path run = test_ / newest.filename();
  if (run == run_) return true;
  try {
    if (ParseRunReport(ReadFile(run / "result.json")).run != id_) return false;
  } catch (const UsageError&) {
    return false;
  }
  run_ = run;
  read_ = 0;
  rest_.clear();
  faults_.clear();
  return true;
}

void ScenarioPhase::TakeLine(const std::string& line) {
  // Most lines are operations: they are not worth a parser.
  if (line.find("\"fault_") == std::string::npos) return;
  const auto json = nlohmann::json::parse(line, nullptr, false);
  if (!json.is_object() || !json.contains("id") || !json["id"].is_number())
    return;
  const std::string type = json.value("type", "");
  Fault& fault = faults_[json["id"].get<std::int64_t>()];
  if (type == "fault_begin") {
    fault.what = json.value("name", "") + " " + json.value("target", "");
  } else if (type == "fault_end") {
    fault.healed = true;
  } else if (type == "fault_recovered") {
    fault.back = true;
  }
}

void ScenarioPhase::ReadHistory() {
  std::ifstream file(run_ / "history.jsonl", std::ios::binary);
  if (!file.seekg(static_cast<std::streamoff>(read_))) return;
  std::string part(kMostAtOnce, '\0');
  file.read(part.data(), static_cast<std::streamsize>(part.size()));
  part.resize(static_cast<std::size_t>(file.gcount()));
  // A recorder sets room aside ahead of what it writes: zeros.
  part.resize(std::min(part.find('\0'), part.size()));
  read_ += part.size();
  rest_ += part;
  std::size_t begin = 0;
  for (std::size_t end = rest_.find('\n'); end != std::string::npos;
       end = rest_.find('\n', begin)) {
    TakeLine(rest_.substr(begin, end - begin));
    begin = end + 1;
  }
  rest_.erase(0, begin);
}

std::string ScenarioPhase::OfFaults() const {
  std::string now;
  std::string coming_back;
  for (const auto& [id, fault] : faults_) {
    if (fault.back) continue;
    std::string& list = fault.healed ? coming_back : now;
    list += (list.empty() ? "" : ", ") + fault.what;
  }
  if (!now.empty()) return "fault " + now;
  if (!coming_back.empty()) return "coming back from " + coming_back;
  return faults_.empty() ? "load" : "load after the fault";
}

std::string ScenarioPhase::Now() {
  try {
    if (!FindRun()) return "setting up";
    if (fs::exists(run_ / "promises.json")) return "judging";
    if (!fs::exists(run_ / "history.jsonl")) return "setting up";
    ReadHistory();
    return OfFaults();
  } catch (const std::exception&) {  // it is taken away while we look
    return "running";
  }
}

}  // namespace faultline
