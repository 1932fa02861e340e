#include "faultline/page/open_metrics.h"

#include <fmt/format.h>

#include <ctime>
#include <map>
#include <utility>

#include "faultline/check/availability.h"
#include "faultline/report/markup.h"

namespace faultline {
namespace {

using Labels = std::vector<std::pair<std::string, std::string>>;
using RunsOfTests = std::map<std::pair<std::string, std::string>,
                             std::vector<const CataloguedRun*>>;

std::string Escaped(const std::string& value) {
  std::string escaped;
  for (const char letter : ValidUtf8(value)) {
    if (letter == '\\' || letter == '"') escaped += '\\';
    if (letter == '\n') {
      escaped += "\\n";
    } else {
      escaped += letter;
    }
  }
  return escaped;
}

// One gauge: its head, then its samples, which must stand together.
class Family {
 public:
  Family(std::string name, const std::string& unit, const std::string& help)
      : name_(std::move(name)), head_(fmt::format("# TYPE {} gauge\n", name_)) {
    if (!unit.empty()) head_ += fmt::format("# UNIT {} {}\n", name_, unit);
    head_ += fmt::format("# HELP {} {}\n", name_, help);
  }

  void Add(const Labels& labels, double value) {
    samples_ += name_;
    char open = '{';
    for (const auto& [label, text] : labels) {
      samples_ += fmt::format("{}{}=\"{}\"", open, label, Escaped(text));
      open = ',';
    }
    samples_ += fmt::format("}} {}\n", value);
  }

  std::string text() const { return samples_.empty() ? "" : head_ + samples_; }

 private:
  std::string name_;
  std::string head_;
  std::string samples_;
};

RunsOfTests ByTest(const RunCatalogue& catalogue) {
  RunsOfTests tests;
  for (const CataloguedRun& run : catalogue.runs)
    tests[{run.report.test, ComponentOf(run.report)}].push_back(&run);
  return tests;
}

Labels LabelsOf(const RunsOfTests::value_type& test) {
  return {{"scenario", test.first.first}, {"component", test.first.second}};
}

Labels With(Labels labels, const std::string& name, const std::string& value) {
  labels.emplace_back(name, value);
  return labels;
}

std::string Runs(const RunsOfTests& tests) {
  Family runs("faultline_runs", "", "Runs of a scenario, by how they ended.");
  for (const auto& test : tests) {
    std::map<std::string, int> counts;
    for (const CataloguedRun* run : test.second) ++counts[run->report.status];
    for (const auto& [status, count] : counts)
      runs.Add(With(LabelsOf(test), "status", status), count);
  }
  return runs.text();
}

// "2026-11-28T07:47:08Z"; absent if it is no such time.
std::optional<double> EpochOf(const std::string& utc) {
  std::tm time{};
  const char* end = ::strptime(utc.c_str(), "%Y-%m-%dT%H:%M:%SZ", &time);
  if (end == nullptr || *end != '\0') return std::nullopt;
  return static_cast<double>(::timegm(&time));
}

std::string LastRuns(const RunsOfTests& tests) {
  Family held("faultline_last_run_held", "",
              "Whether the newest run of a scenario held.");
  Family began("faultline_last_run_start_seconds", "seconds",
               "When the newest run of a scenario began, in Unix time.");
  Family length("faultline_last_run_duration_seconds", "seconds",
                "How long the newest run of a scenario took.");
  for (const auto& test : tests) {
    const RunReport& last = test.second.back()->report;
    held.Add(LabelsOf(test), last.status == "held" ? 1 : 0);
    if (const auto epoch = EpochOf(last.started))
      began.Add(LabelsOf(test), *epoch);
    length.Add(LabelsOf(test), last.seconds);
  }
  return held.text() + began.text() + length.text();
}

double Seconds(std::int64_t ns) { return static_cast<double>(ns) / 1e9; }

// What the harness broke says nothing of a service.
OutageDistribution OutagesOf(const std::vector<const CataloguedRun*>& runs) {
  std::vector<std::vector<Outage>> outages;
  for (const CataloguedRun* run : runs) {
    if (!run->counted_ns || run->report.status == "broken" ||
        run->report.status == "unfinished")
      continue;
    outages.push_back({{.begin_ns = 0,
                        .end_ns = *run->counted_ns,
                        .ended = run->outage_ended}});
  }
  return outages.empty() ? OutageDistribution{} : DescribeOutages(outages);
}

std::string Outages(const RunsOfTests& tests) {
  Family outage("faultline_outage_seconds", "seconds",
                "The longest outage of each run of a scenario, from the end of "
                "what made it inevitable, over its runs.");
  Family bound("faultline_outage_bound_seconds", "seconds",
               "How long such an outage may be, by the newest run.");
  for (const auto& test : tests) {
    const OutageDistribution found = OutagesOf(test.second);
    const std::pair<const char*, std::int64_t> rows[] = {
        {"min", found.min_ns},
        {"median", found.median_ns},
        {"p95", found.p95_ns},
        {"max", found.max_ns}};
    if (found.repetitions > 0) {
      for (const auto& [statistic, ns] : rows)
        outage.Add(With(LabelsOf(test), "statistic", statistic), Seconds(ns));
    }
    if (const auto& limit = test.second.back()->bound_ns)
      bound.Add(LabelsOf(test), Seconds(*limit));
  }
  return outage.text() + bound.text();
}

std::string Sweeps(const RunCatalogue& catalogue) {
  Family runs("faultline_sweep_runs", "", "Runs of a sweep, by verdict.");
  Family canary("faultline_sweep_canary_found", "",
                "Whether a sweep found the defect that was planted in it.");
  for (const CataloguedSweep& sweep : catalogue.sweeps) {
    const Labels labels = {{"component", sweep.component},
                           {"sweep", sweep.directory.generic_string()}};
    runs.Add(With(labels, "verdict", "held"), sweep.held);
    runs.Add(With(labels, "verdict", "violated"), sweep.violated);
    runs.Add(With(labels, "verdict", "inconclusive"), sweep.inconclusive);
    if (!sweep.canary.empty()) canary.Add(labels, sweep.canary_missed ? 0 : 1);
  }
  return runs.text() + canary.text();
}

}  // namespace

std::string OpenMetrics(const RunCatalogue& catalogue) {
  const RunsOfTests tests = ByTest(catalogue);
  return Runs(tests) + LastRuns(tests) + Outages(tests) + Sweeps(catalogue) +
         "# EOF\n";
}

}  // namespace faultline
