#include <fmt/format.h>

#include <filesystem>
#include <iostream>
#include <memory>
#include <vector>

#include "faultline/base/error.h"
#include "faultline/base/files.h"
#include "faultline/cli/commands.h"
#include "faultline/cli/ctest.h"
#include "faultline/cli/exit_status.h"
#include "faultline/cli/junit_report.h"
#include "faultline/cli/report_merge.h"
#include "faultline/cli/run_record.h"
#include "faultline/page/index_page.h"
#include "faultline/page/open_metrics.h"
#include "faultline/page/trace_events.h"

namespace faultline {
namespace {

namespace fs = std::filesystem;

struct ReportOptions {
  std::string directory;
  std::string out;
  std::string junit;
  std::string metrics;
  std::string trace;
  bool merges = false;
};

struct MergeOptions {
  std::vector<std::string> directories;
  std::string out;
};

void SayProblems(const RunCatalogue& catalogue) {
  for (const std::string& problem : catalogue.problems)
    std::cerr << "faultline report: left out: " << problem << "\n";
  for (const std::string& missing : MissingShards(catalogue))
    std::cerr << "faultline report: missing " << missing << "\n";
}

// All runs as one, each test once: what counts of it is the first run that did
// not hold.
RunRecord RecordOf(const RunCatalogue& catalogue, const fs::path& root) {
  RunRecord record{
      .id = "report", .started = UtcNow(), .filter = "", .shard = {}};
  for (const CataloguedRun& run : catalogue.runs) {
    if (record.results.empty() || record.results.back().name != run.report.test)
      record.results.push_back(
          {.name = run.report.test,
           .outcome = {.kind = TestOutcome::Kind::kPassed}});
    record.results.back().runs.push_back({run.report, root / run.directory});
    record.seconds += run.report.seconds;
  }
  return record;
}

// As it is named, or in the directory of the runs.
fs::path FindRun(const std::string& name, const fs::path& root) {
  for (const fs::path& place : {fs::path(name), root / name}) {
    if (fs::exists(place / "result.json") ||
        fs::exists(place / "history.jsonl"))
      return place;
  }
  throw UsageError(
      fmt::format("{}: there is no run: neither a result.json nor a "
                  "history.jsonl is there",
                  name));
}

void WriteTrace(const fs::path& run) {
  const Story story = ReadStory(run);
  for (const std::string& problem : story.problems)
    std::cerr << "faultline report: left out: " << problem << "\n";
  const fs::path file = run / "perfetto.json";
  WriteFileAtomically(file, TraceEvents(story));
  std::cout << fmt::format("trace, for ui.perfetto.dev: {}\n", file.string());
}

void WriteTexts(const ReportOptions& options, const RunCatalogue& catalogue,
                const fs::path& root) {
  if (!options.junit.empty())
    WriteFileAtomically(options.junit, ToJunit(RecordOf(catalogue, root)));
  if (!options.metrics.empty())
    WriteFileAtomically(options.metrics, OpenMetrics(catalogue));
}

void WritePage(const RunCatalogue& catalogue, const fs::path& root,
               const fs::path& out) {
  WriteIndex(catalogue, root, out);
  std::cout << fmt::format("{} runs, {} sweeps: {}\n", catalogue.runs.size(),
                           catalogue.sweeps.size(), out.string());
}

int Report(const ReportOptions& options) {
  const fs::path root =
      options.directory.empty() ? RunsDirectory() : fs::path(options.directory);
  if (!options.trace.empty()) WriteTrace(FindRun(options.trace, root));
  const bool texts = !options.junit.empty() || !options.metrics.empty();
  const bool page = !options.out.empty() || (!texts && options.trace.empty());
  if (!texts && !page) return kExitGood;
  const RunCatalogue catalogue = ReadRunCatalogue(root);
  SayProblems(catalogue);
  WriteTexts(options, catalogue, root);
  if (page)
    WritePage(
        catalogue, root,
        options.out.empty() ? root / "index.html" : fs::path(options.out));
  return kExitGood;
}

int Merge(const MergeOptions& options) {
  const MergeResult merged = MergeRuns(
      {options.directories.begin(), options.directories.end()}, options.out);
  for (const std::string& duplicate : merged.duplicates)
    std::cerr << "faultline report: taken once: " << duplicate << "\n";
  std::cout << fmt::format("{} runs and records taken into {}\n", merged.taken,
                           options.out);
  const RunCatalogue catalogue = ReadRunCatalogue(options.out);
  SayProblems(catalogue);
  WritePage(catalogue, options.out, fs::path(options.out) / "index.html");
  return MissingShards(catalogue).empty() ? kExitGood : kExitRed;
}

void AddMergeCommand(Command report, ReportOptions& options, int& status) {
  Command command = report.AddCommand(
      "merge",
      "lay the runs of several machines together; exit 1: a shard is missing");
  const auto merge = std::make_shared<MergeOptions>();
  command.AddOption("directories", merge->directories, "where their runs lie")
      .Required();
  command.AddOption("--out", merge->out, "where all of them go").Required();
  command.OnRun([merge, &options, &status] {
    options.merges = true;
    status = Merge(*merge);
  });
}

}  // namespace

void AddReportCommand(Command app, int& status) {
  Command command = app.AddCommand(
      "report", "write index.html over many runs, and texts for programs");
  const auto options = std::make_shared<ReportOptions>();
  command.AddOption("directory", options->directory,
                    "where the runs lie; else those of this build tree");
  command.AddOption("--out", options->out,
                    "the page; else index.html in the directory");
  command.AddOption("--junit", options->junit, "JUnit XML of all runs");
  command.AddOption("--metrics", options->metrics,
                    "OpenMetrics text of all runs");
  command.AddOption("--trace", options->trace,
                    "of this run, perfetto.json in its directory");
  AddMergeCommand(command, *options, status);
  command.OnRun([options, &status] {
    if (!options->merges) status = Report(*options);
  });
}

}  // namespace faultline
