#include "faultline/page/track_record.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <nlohmann/json.hpp>
#include <vector>

#include "faultline/base/error.h"
#include "faultline/base/files.h"
#include "faultline/report/markup.h"

namespace faultline {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr char kReproduce[] = "reproduce.json";
constexpr char kControl[] = "control.json";

Json ReadRecord(const fs::path& file) {
  try {
    Json json = Json::parse(ReadFile(file));
    json.at("name").get_ref<const std::string&>();
    return json;
  } catch (const Json::exception& error) {
    throw UsageError(fmt::format("{}: {}", file.string(), error.what()));
  }
}

std::string FileNameFor(const Json& json) {
  std::string name = json.at("name").get<std::string>();
  if (json.contains("version"))
    name += "." + json.at("version").get<std::string>();
  std::ranges::replace_if(
      name,
      [](unsigned char letter) {
        return std::isalnum(letter) == 0 && letter != '.' && letter != '-';
      },
      '-');
  return name + ".json";
}

// Oldest first, so that the newest one stays.
std::vector<fs::path> RecordsBelow(const fs::path& runs) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(runs)) {
    const std::string name = entry.path().filename().string();
    const bool is_latest = entry.path().parent_path().filename() == "latest";
    if (!is_latest && (name == kReproduce || name == kControl))
      files.push_back(entry.path());
  }
  std::ranges::sort(files, {}, [](const fs::path& file) {
    return std::pair(file.parent_path().filename().string(), file.string());
  });
  return files;
}

std::vector<Json> ReadAll(const fs::path& directory) {
  std::vector<fs::path> files;
  if (!fs::exists(directory)) return {};
  for (const auto& entry : fs::directory_iterator(directory)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  std::vector<Json> records;
  for (const fs::path& file : files) records.push_back(ReadRecord(file));
  return records;
}

// What stands in one cell of a table.
std::string Cell(const Json& json, const char* name) {
  std::string cell;
  for (const char letter : EscapeMarkup(json.at(name).get<std::string>())) {
    if (letter == '|') cell += '\\';
    cell += letter == '\n' ? ' ' : letter;
  }
  return cell;
}

std::string DefectRow(const Json& json) {
  const int shown = json.at("shown");
  const std::string detection =
      shown == 0 ? ""
                 : fmt::format("{:.0f} s",
                               json.at("seconds_to_detection").get<double>());
  return fmt::format("| `{}` | {} | {} | {} of {} | {} | {} | {} |\n",
                     json.at("name").get<std::string>(), Cell(json, "what"),
                     Cell(json, "version"), shown, json.at("runs").get<int>(),
                     detection, shown == 0 ? "" : Cell(json, "property"),
                     Cell(json, "fixed"));
}

std::string Defects(const std::vector<Json>& records, bool found_here) {
  std::string rows;
  for (const Json& json : records) {
    if (json.contains("version") &&
        json.value("found_here", false) == found_here)
      rows += DefectRow(json);
  }
  if (rows.empty()) return "None yet.\n";
  return "| defect | what | version | shown | first after | property | fixed "
         "in "
         "|\n|---|---|---|---|---|---|---|\n" +
         rows;
}

std::string Controls(const std::vector<Json>& records) {
  std::string rows;
  for (const Json& json : records) {
    if (json.contains("version")) continue;
    const int runs = json.at("runs");
    rows += fmt::format(
        "| {} | {}: violated in {} of {} | {}: held in {} of {} "
        "| {} |\n",
        Cell(json, "name"), Cell(json, "broken"), json.at("caught").get<int>(),
        runs, Cell(json, "safe"), json.at("held").get<int>(), runs,
        Cell(json, "property"));
  }
  if (rows.empty()) return "None yet.\n";
  return "| control | broken | safe twin | property |\n|---|---|---|---|\n" +
         rows;
}

}  // namespace

int TakeTrackRecord(const fs::path& runs, const fs::path& directory) {
  if (!fs::is_directory(runs))
    throw UsageError(runs.string() + ": no directory of runs");
  fs::create_directories(directory);
  int taken = 0;
  for (const fs::path& file : RecordsBelow(runs)) {
    const Json json = ReadRecord(file);
    const fs::path place = directory / FileNameFor(json);
    WriteFileAtomically(place, json.dump(2) + "\n");
    fs::permissions(place, fs::perms(0644));
    ++taken;
  }
  return taken;
}

std::string TrackRecord(const fs::path& directory) {
  const std::vector<Json> records = ReadAll(directory);
  return "<!-- Written by `./faultline track-record`; do not edit. -->\n"
         "# Track record\n\nWhat the suite has shown to be broken. Each row of "
         "a defect is the last `./faultline reproduce` of it on that "
         "version.\n\n"
         "## Found by this suite\n\n" +
         Defects(records, true) +
         "\n## Known defects of released versions\n\n" +
         Defects(records, false) +
         "\n## Controls\n\nSettings that are known to break a property, beside "
         "safe ones, under the same faults (`ctest -L controls`).\n\n" +
         Controls(records);
}

}  // namespace faultline
