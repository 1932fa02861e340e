#include <fmt/format.h>

#include <algorithm>
#include <iostream>
#include <memory>
#include <nlohmann/json.hpp>

#include "faultline/cli/boot_times.h"
#include "faultline/cli/commands.h"
#include "faultline/cli/image_build.h"
#include "faultline/cli/progress.h"

namespace faultline {
namespace {

using Json = nlohmann::json;

constexpr int kRepetitions = 9;

struct BenchOptions {
  int repetitions = kRepetitions;
  bool json = false;
};

struct Spread {
  double median = 0;
  double min = 0;
  double max = 0;
};

Spread SpreadOf(std::vector<double> values) {
  std::ranges::sort(values);
  return {values.at(values.size() / 2), values.front(), values.back()};
}

Json ToJson(const Spread& spread) {
  return {{"median", spread.median}, {"min", spread.min}, {"max", spread.max}};
}

// The way's own figure is its time to a committed write, if it has one.
Json ToJson(const BootFigures& figures) {
  Json json = Json::object();
  const auto write = figures.find(kCommittedWrite);
  if (write != figures.end()) json = ToJson(SpreadOf(write->second));
  for (const auto& [stage, values] : figures)
    json["stages"][stage] = ToJson(SpreadOf(values));
  return json;
}

void Print(const std::string& way, const BootFigures& figures) {
  std::cout << way << "\n";
  std::vector<std::pair<double, std::string>> lines;
  for (const auto& [stage, values] : figures) {
    const Spread spread = SpreadOf(values);
    lines.emplace_back(
        spread.median,
        fmt::format("  {:<30} {:8.2f}  ({:.2f} to {:.2f})\n", stage,
                    spread.median, spread.min, spread.max));
  }
  std::ranges::sort(lines);
  for (const auto& [median, line] : lines) std::cout << line;
}

int BenchBoot(const BenchOptions& options) {
  Warden warden;
  Progress progress;
  const GuestImage image = LoadGuestImage(BuildImage(progress));
  const Accelerator accelerator = ProbeAccelerator(warden, image);
  SetTimeScale(accelerator.time_scale);
  progress.Status("making the checkpoints");
  PrepareBoot(image, accelerator);
  std::map<std::string, BootFigures> ways;
  MeasureCheckpoint(image, accelerator, ways["checkpoint"]);
  for (int i = 1; i <= options.repetitions; ++i) {
    progress.Status(fmt::format("repetition {}/{}", i, options.repetitions));
    MeasureOneClone(image, accelerator, ways["one clone"]);
    MeasureFormed(image, accelerator, ways["formed"]);
    MeasureClone(image, accelerator, ways["clone"]);
    MeasureCold(image, ways["cold"]);
  }
  progress.Status("");
  Json json = {{"repetitions", options.repetitions},
               {"accelerator", accelerator.name},
               {"image", image.id}};
  for (const auto& [way, figures] : ways) {
    json[way] = ToJson(figures);
    if (!options.json) Print(way, figures);
  }
  if (options.json) std::cout << json.dump(2) << "\n";
  return 0;
}

}  // namespace

void AddBenchCommand(Command app, int& status) {
  Command bench = app.AddCommand("bench", "measure this machine");
  bench.RequireCommand();
  Command boot = bench.AddCommand(
      "boot",
      "seconds until three etcd members have committed a write: booted cold, "
      "cloned from one guest, and resumed as a formed cluster");
  const auto options = std::make_shared<BenchOptions>();
  boot.AddOption("--repetitions", options->repetitions, "of each way")
      .Between(1, 1000);
  boot.AddFlag("--json", options->json, "figures as JSON");
  boot.OnRun([options, &status] { status = BenchBoot(*options); });
}

}  // namespace faultline
