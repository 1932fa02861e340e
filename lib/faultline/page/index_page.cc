#include "faultline/page/index_page.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "faultline/base/files.h"
#include "faultline/page/ha_behavior.h"
#include "faultline/page/templates.h"
#include "faultline/report/markup.h"

namespace faultline {
namespace {

using Json = nlohmann::json;

// Of what the page says, not of any record's format.
constexpr int kDataVersion = 1;

// The page stays small, whatever a run printed: what is longer lies in the
// run's own directory.
constexpr std::size_t kMostText = 600;
constexpr std::size_t kMostLines = 5;

std::string Short(const std::string& text) {
  if (text.size() <= kMostText) return ValidUtf8(text);
  // A character that is cut in two becomes U+FFFD.
  return ValidUtf8(text.substr(0, kMostText)) + " ...";
}

Json Shortened(const std::vector<std::string>& texts) {
  Json json = Json::array();
  for (std::size_t i = 0; i < std::min(texts.size(), kMostLines); ++i)
    json.push_back(Short(texts[i]));
  return json;
}

Json Seconds(const std::optional<std::int64_t>& ns) {
  return ns ? Json(static_cast<double>(*ns) / 1e9) : Json();
}

// What did not hold, and what was not proven.
Json UnmetOf(const RunReport& report) {
  Json json = Json::array();
  for (const Verdict& verdict : report.verdicts) {
    if (verdict.judgement == Judgement::kHolds) continue;
    json.push_back({{"property", Short(verdict.property)},
                    {"judgement", ToText(verdict.judgement)},
                    {"evidence", Shortened(verdict.evidence)}});
  }
  return json;
}

Json TimelineOf(const std::filesystem::path& directory, bool has_timeline) {
  return has_timeline ? Json((directory / "timeline.html").generic_string())
                      : Json();
}

Json ToJson(const CataloguedRun& run) {
  const RunReport& report = run.report;
  const auto gap = report.facts.find("gap");
  const auto store = report.facts.find("store");
  return {{"test", Short(report.test)},
          {"component", Short(ComponentOf(report))},
          {"status", Short(report.status)},
          {"gap", Short(gap != report.facts.end() ? gap->second : report.gap)},
          {"store", store != report.facts.end() ? Short(store->second) : ""},
          {"started", Short(report.started)},
          {"seconds", report.seconds},
          {"seed", report.seed},
          {"acknowledged", report.acknowledged},
          {"outage", Seconds(run.outage_ns)},
          {"counted", Seconds(run.counted_ns)},
          {"ended", run.outage_ended},
          {"bound", Seconds(run.bound_ns)},
          {"checks", report.verdicts.size()},
          {"unmet", UnmetOf(report)},
          {"failures", Shortened(report.failures)},
          {"rerun", report.rerun},
          {"directory", run.directory.generic_string()},
          {"timeline", TimelineOf(run.directory, run.has_timeline)}};
}

Json ToJson(const CataloguedCommand& command) {
  Json lost = Json::array();
  for (const CataloguedScenario& scenario : command.scenarios) {
    if (scenario.status == "no report" || scenario.status == "not run")
      lost.push_back(
          {{"test", Short(scenario.test)}, {"status", scenario.status}});
  }
  return {{"id", Short(command.id)},
          {"started", Short(command.started)},
          {"filter", Short(command.filter)},
          {"shard", Short(command.shard)},
          {"good", command.good},
          {"seconds", command.seconds},
          {"scenarios", command.scenarios.size()},
          {"lost", lost}};
}

Json ToJson(const CataloguedFinding& finding) {
  return {{"seed", finding.seed},
          {"load", Short(finding.load)},
          {"reason", Short(finding.reason)},
          {"plan", Short(finding.plan)},
          {"smallest", Short(finding.smallest)},
          {"shrinking", Short(finding.shrinking)},
          {"rerun", finding.rerun},
          {"directory", finding.directory.generic_string()},
          {"timeline", TimelineOf(finding.directory, finding.has_timeline)}};
}

Json ToJson(const CataloguedSweepRun& run) {
  return {{"seed", run.seed},
          {"load", Short(run.load)},
          {"judgement", Short(run.judgement)},
          {"faults", Shortened(run.faults)},
          {"reason", Short(run.reason)},
          {"outage", Seconds(run.outage_ns)},
          {"seconds", run.seconds},
          {"timeline", TimelineOf(run.directory, run.has_timeline)}};
}

Json ToJson(const CataloguedSweep& sweep);

template <typename Item>
Json ListOf(const std::vector<Item>& items) {
  Json json = Json::array();
  for (const Item& item : items) json.push_back(ToJson(item));
  return json;
}

Json ToJson(const CataloguedSweep& sweep) {
  return {{"directory", sweep.directory.generic_string()},
          {"id", Short(sweep.id)},
          {"component", Short(sweep.component)},
          {"started", Short(sweep.started)},
          {"shard", Short(sweep.shard)},
          {"first_seed", sweep.first_seed},
          {"canary", Short(sweep.canary)},
          {"canary_missed", sweep.canary_missed},
          {"held", sweep.held},
          {"violated", sweep.violated},
          {"inconclusive", sweep.inconclusive},
          {"seconds", sweep.seconds},
          {"findings", ListOf(sweep.findings)},
          {"runs", ListOf(sweep.runs)}};
}

}  // namespace

std::string IndexData(const RunCatalogue& catalogue,
                      const std::filesystem::path& base) {
  const Json json = {{"version", kDataVersion},
                     {"base", base.generic_string()},
                     {"asked", ComponentsOfT040()},
                     {"runs", ListOf(catalogue.runs)},
                     {"commands", ListOf(catalogue.commands)},
                     {"sweeps", ListOf(catalogue.sweeps)},
                     {"missing_shards", MissingShards(catalogue)},
                     {"problems", catalogue.problems}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string IndexPage(const RunCatalogue& catalogue,
                      const std::filesystem::path& base) {
  return internal::FillTemplate(internal::kIndexTemplate,
                                IndexData(catalogue, base));
}

void WriteIndex(const RunCatalogue& catalogue,
                const std::filesystem::path& root,
                const std::filesystem::path& out) {
  const std::filesystem::path place =
      std::filesystem::absolute(out).parent_path();
  WriteFileAtomically(
      out, IndexPage(catalogue, std::filesystem::relative(root, place)));
}

}  // namespace faultline
