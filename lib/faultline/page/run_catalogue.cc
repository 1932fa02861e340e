#include "faultline/page/run_catalogue.h"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <nlohmann/json.hpp>
#include <tuple>

#include "faultline/base/error.h"
#include "faultline/base/files.h"
#include "faultline/check/promises.h"

namespace faultline {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

// More than any report: it would only fill the memory.
constexpr std::uintmax_t kMostBytes = 16 << 20;

std::string ReadBounded(const fs::path& file) {
  std::error_code none;
  if (const auto size = fs::file_size(file, none); !none && size > kMostBytes)
    throw UsageError(fmt::format("{}: {} bytes are more than any report has",
                                 file.string(), size));
  return ReadFile(file);
}

// Directories only, no links (`latest`), by name.
std::vector<fs::path> Directories(const fs::path& parent) {
  std::vector<fs::path> found;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(parent, none)) {
    if (!entry.is_symlink(none) && entry.is_directory(none))
      found.push_back(entry.path());
  }
  std::ranges::sort(found);
  return found;
}

// How much of an outage counts: from the end of what made it inevitable.
std::int64_t Counted(const Outage& outage, const Promises& promises) {
  std::int64_t from = outage.begin_ns;
  for (const Downtime& downtime : promises.downtimes) {
    if (downtime.from_ns <= outage.end_ns && downtime.until_ns >= from)
      from = std::max(from, downtime.until_ns);
  }
  return std::max<std::int64_t>(outage.end_ns - from, 0);
}

void AddOutages(CataloguedRun& run, const Promises& promises) {
  run.bound_ns = promises.outage_limit_ns;
  if (run.report.acknowledged > 0) run.outage_ns = run.counted_ns = 0;
  for (const Outage& outage : run.report.outages) {
    run.outage_ns = std::max(run.outage_ns.value_or(0), outage.length_ns());
    run.counted_ns =
        std::max(run.counted_ns.value_or(0), Counted(outage, promises));
    run.outage_ended = run.outage_ended && outage.ended;
  }
}

// Reads one directory of the catalogue's, or says why it cannot.
class Reader {
 public:
  Reader(const fs::path& root, RunCatalogue& catalogue)
      : root_(root), catalogue_(catalogue) {}

  void ReadRun(const fs::path& directory) {
    if (fs::exists(directory / "reproduce.json")) return;  // many runs' tally
    Try(directory, [&] {
      const fs::path file = directory / "result.json";
      if (!fs::exists(file)) throw UsageError("there is no result.json");
      CataloguedRun run{
          .report = ParseRunReport(ReadBounded(file)),
          .directory = Relative(directory),
          .has_timeline = fs::exists(directory / "timeline.html")};
      AddOutages(run, PromisesOf(directory));
      catalogue_.runs.push_back(std::move(run));
    });
  }

  void ReadCommand(const fs::path& file) {
    Try(file, [&] {
      const Json json = Json::parse(ReadBounded(file));
      CataloguedCommand command{.id = json.at("id"),
                                .started = json.at("started"),
                                .filter = json.at("filter"),
                                .shard = json.at("shard"),
                                .seed = json.at("seed"),
                                .good = json.at("good"),
                                .seconds = json.at("seconds")};
      for (const Json& scenario : json.at("scenarios"))
        command.scenarios.push_back(
            {scenario.at("test"), scenario.at("status")});
      catalogue_.commands.push_back(std::move(command));
    });
  }

  void ReadSweep(const fs::path& directory) {
    Try(directory, [&] {
      const fs::path file = directory / "sweep.json";
      if (!fs::exists(file))
        throw UsageError(
            "there is no sweep.json: the sweep goes on, or was ended");
      catalogue_.sweeps.push_back(
          SweepFrom(Json::parse(ReadBounded(file)), directory));
    });
  }

 private:
  void Try(const fs::path& what, const std::function<void()>& read) {
    try {
      read();
    } catch (const std::exception& error) {
      catalogue_.problems.push_back(
          fmt::format("{}: {}", Relative(what).string(), error.what()));
    }
  }

  fs::path Relative(const fs::path& path) const {
    return path.lexically_relative(root_);
  }

  Promises PromisesOf(const fs::path& directory) {
    const fs::path file = directory / "promises.json";
    Promises promises;
    if (fs::exists(file)) Try(file, [&] { promises = ReadPromises(file); });
    return promises;
  }

  CataloguedSweep SweepFrom(const Json& json, const fs::path& directory) const {
    // Records before there were these fields: the directory's name says whose
    // sweep it is, and when.
    std::string component = directory.parent_path().filename().string();
    component =
        component.substr(std::min(component.find('.') + 1, component.size()));
    CataloguedSweep sweep{
        .directory = Relative(directory),
        .id = json.at("id"),
        .component = json.value("role", component),
        .started = json.value("started", directory.filename().string()),
        .shard = json.at("shard"),
        .first_seed = json.at("first_seed"),
        .stride = json.value("stride", 1),
        .canary = json.at("canary"),
        .held = json.at("held"),
        .violated = json.at("violated"),
        .inconclusive = json.at("inconclusive"),
        .seconds = json.at("seconds")};
    sweep.canary_missed = sweep.canary.find("NOT FOUND") != std::string::npos;
    for (const Json& violation : json.at("violations"))
      sweep.findings.push_back(FindingFrom(violation, directory));
    for (const Json& run : json.value("runs", Json::array()))
      sweep.runs.push_back(SweepRunFrom(run, directory));
    return sweep;
  }

  CataloguedFinding FindingFrom(const Json& json,
                                const fs::path& directory) const {
    CataloguedFinding finding{.seed = json.at("seed"),
                              .load = json.at("load"),
                              .reason = json.at("reason"),
                              .plan = json.value("plan_text", ""),
                              .smallest = json.value("smallest_text", ""),
                              .shrinking = json.value("shrinking", ""),
                              .rerun = json.value("rerun", "")};
    Locate(finding, json, directory);
    return finding;
  }

  CataloguedSweepRun SweepRunFrom(const Json& json,
                                  const fs::path& directory) const {
    CataloguedSweepRun run{.seed = json.at("seed"),
                           .load = json.at("load"),
                           .judgement = json.at("judgement"),
                           .faults = json.at("faults"),
                           .reason = json.at("reason"),
                           .outage_ns = json.at("outage_ns"),
                           .seconds = json.at("seconds")};
    Locate(run, json, directory);
    return run;
  }

  // Where in the sweep's directory a run lies: a name, never a way out of it.
  template <typename Run>
  void Locate(Run& run, const Json& json, const fs::path& directory) const {
    const fs::path name = fs::path(json.value("run", "")).filename();
    if (name.empty() || name == "." || name == ".." ||
        !fs::is_directory(directory / name))
      return;
    run.directory = Relative(directory / name);
    run.has_timeline = fs::exists(directory / name / "timeline.html");
  }

  const fs::path root_;
  RunCatalogue& catalogue_;
};

bool IsCommandFile(const fs::path& path) {
  return path.filename().string().starts_with("run-") &&
         path.extension() == ".json";
}

void Sort(RunCatalogue& catalogue) {
  std::ranges::sort(catalogue.runs, {}, [](const CataloguedRun& run) {
    return std::tie(run.report.test, run.report.started, run.directory);
  });
  std::ranges::sort(catalogue.commands, {}, [](const auto& command) {
    return std::tie(command.started, command.id);
  });
  std::ranges::sort(catalogue.sweeps, {}, [](const auto& sweep) {
    return std::tie(sweep.component, sweep.started, sweep.directory);
  });
}

}  // namespace

std::string ComponentOf(const RunReport& report) {
  return report.role.empty() ? ComponentOfTest(report.test) : report.role;
}

std::string ComponentOfTest(const std::string& test) {
  const std::size_t dot = std::min(test.find('.'), test.size());
  if (test.substr(0, dot) != "T040") return test.substr(0, dot);
  const std::size_t step = std::min(test.find('.', dot + 1), test.size() - 1);
  const std::string suite =
      test.substr(step + 1, test.find('.', step + 1) - step - 1);
  // Records before roles were recorded: these are ChainFire's.
  return suite == "SingleNode" || suite == "ThreeNodes" ? "ChainFire" : suite;
}

RunCatalogue ReadRunCatalogue(const fs::path& root) {
  if (!fs::is_directory(root))
    throw UsageError(
        fmt::format("{}: there is no such directory", root.string()));
  RunCatalogue catalogue;
  Reader reader(root, catalogue);
  for (const fs::path& test : Directories(root)) {
    const bool sweep = test.filename().string().starts_with("Sweep.");
    for (const fs::path& run : Directories(test))
      sweep ? reader.ReadSweep(run) : reader.ReadRun(run);
  }
  for (const auto& entry : fs::directory_iterator(root)) {
    if (IsCommandFile(entry.path())) reader.ReadCommand(entry.path());
  }
  if (catalogue.runs.empty() && catalogue.sweeps.empty())
    throw UsageError(fmt::format(
        "{}: there is no run in it that can be read{}{}", root.string(),
        catalogue.problems.empty() ? "" : "; ",
        catalogue.problems.empty() ? "" : catalogue.problems.front()));
  Sort(catalogue);
  return catalogue;
}

}  // namespace faultline
