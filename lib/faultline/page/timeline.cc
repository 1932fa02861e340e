#include "faultline/page/timeline.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "faultline/base/files.h"
#include "faultline/page/operation_columns.h"
#include "faultline/page/templates.h"
#include "faultline/report/markup.h"

namespace faultline {
namespace {

using Json = nlohmann::json;
using std::chrono_literals::operator""s;

// Of what the page says, not of the history's format.
constexpr int kDataVersion = 1;
constexpr int kNanosecondsInUnit = 1000;

Json Micros(std::int64_t ns) { return ns / kNanosecondsInUnit; }

Json Micros(const std::optional<std::int64_t>& ns) {
  return ns ? Micros(*ns) : Json();
}

Json FaultsJson(const History& history) {
  constexpr auto kNever = std::numeric_limits<std::int64_t>::max();
  Json faults = Json::array();
  for (const FaultInterval& fault : history.faults) {
    faults.push_back(
        {{"name", fault.name},
         {"target", fault.target},
         {"asked", Micros(fault.begin_ns)},
         {"effect", Micros(fault.effect_ns)},
         {"healed", fault.end_ns == kNever ? Json() : Micros(fault.end_ns)},
         {"back", Micros(fault.recovered_ns)}});
  }
  return faults;
}

// Where it stands among `names`, which takes it in if it is new; -1: nothing.
int PlaceOf(std::vector<std::string>& names, const std::string& name) {
  if (name.empty()) return -1;
  const auto found = std::ranges::find(names, name);
  if (found == names.end()) names.push_back(name);
  return static_cast<int>(std::ranges::find(names, name) - names.begin());
}

// A row an observation: time, node, leader, term, commit, applied, incarnation.
Json TraceJson(const RaftTrace& trace, std::vector<std::string>& nodes) {
  Json rows = Json::array();
  for (const MemberObservation& seen : trace) {
    rows.push_back({Micros(seen.at_ns), PlaceOf(nodes, seen.node),
                    PlaceOf(nodes, seen.leader), seen.term, seen.commit_index,
                    seen.applied_index, seen.incarnation});
  }
  return rows;
}

Json ProbesJson(const std::vector<Probe>& probes) {
  Json rows = Json::array();
  for (const Probe& probe : probes)
    rows.push_back({Micros(probe.due_ns),
                    probe.answered ? Micros(probe.answered_ns) : Json(-1)});
  return rows;
}

Json OutagesJson(const Story& story) {
  const std::vector<Outage> outages =
      story.report && !story.report->outages.empty()
          ? story.report->outages
          : FindOutages(story.evidence.probes);
  Json json = Json::array();
  for (const Outage& outage : outages)
    json.push_back({{"begin", Micros(outage.begin_ns)},
                    {"end", Micros(outage.end_ns)},
                    {"ended", outage.ended}});
  return json;
}

Json DowntimesJson(const Promises& promises) {
  Json json = Json::array();
  for (const Downtime& downtime : promises.downtimes)
    json.push_back({Micros(downtime.from_ns), Micros(downtime.until_ns)});
  return json;
}

Json VerdictsJson(const std::vector<Verdict>& verdicts) {
  Json json = Json::array();
  for (const Verdict& verdict : verdicts)
    json.push_back({{"property", verdict.property},
                    {"judgement", ToText(verdict.judgement)},
                    {"evidence", verdict.evidence}});
  return json;
}

Json ContradictionsJson(const Story& story) {
  Json json = Json::array();
  for (const Contradiction& found : story.contradictions)
    json.push_back({{"key", found.key},
                    {"core", found.core},
                    {"minimal", found.core_is_minimal},
                    {"blocked", found.blocked ? Json(*found.blocked) : Json()},
                    {"order", found.order},
                    {"states", found.states}});
  return json;
}

Json JournalsJson(const std::vector<Journal>& journals) {
  Json json = Json::array();
  for (const Journal& journal : journals) {
    Json times = Json::array();
    Json texts = Json::array();
    for (const JournalLine& line : journal.lines) {
      times.push_back(Micros(line.at_ns));
      texts.push_back(ValidUtf8(line.text));
    }
    json.push_back({{"node", journal.node},
                    {"times", std::move(times)},
                    {"lines", std::move(texts)},
                    {"left_out", journal.left_out}});
  }
  return json;
}

const char* KindText(WatchRecord::Kind kind) {
  switch (kind) {
    case WatchRecord::Kind::kStarted:
      return "started";
    case WatchRecord::Kind::kDelivered:
      return "delivered";
    case WatchRecord::Kind::kProgress:
      return "progress";
    case WatchRecord::Kind::kBroken:
      return "broken";
    case WatchRecord::Kind::kResumed:
      return "resumed";
    case WatchRecord::Kind::kCompacted:
      return "compacted";
    case WatchRecord::Kind::kEnded:
      break;
  }
  return "ended";
}

std::string TextOf(const WatchRecord& record) {
  constexpr std::size_t kShownEvents = 5;
  std::string text = record.reason;
  if (record.revision != 0) text += fmt::format("revision {}", record.revision);
  for (std::size_t i = 0; i < record.events.size(); ++i) {
    if (i == kShownEvents)
      return text + fmt::format(" and {} more", record.events.size() - i);
    const WatchEvent& event = record.events[i];
    text +=
        fmt::format("{}{}={} at revision {}", text.empty() ? "" : ", ",
                    event.key, event.value.value_or("absent"), event.revision);
  }
  return text;
}

// A row a record: time, watch, what happened, the rest in words.
Json WatchesJson(const std::optional<WatchTrace>& watches) {
  Json rows = Json::array();
  if (!watches) return rows;
  for (const WatchRecord& record : *watches)
    rows.push_back({Micros(record.at_ns), record.watch, KindText(record.kind),
                    TextOf(record)});
  return rows;
}

Json ReportJson(const std::optional<RunReport>& report) {
  return report ? Json::parse(ToJson(*report)) : Json();
}

// Of all nodes that anything names.
std::vector<std::string> NodesOf(const Story& story) {
  std::set<std::string> names;
  for (const Journal& journal : story.journals) names.insert(journal.node);
  for (const CommitLog& log : story.evidence.commits) names.insert(log.node);
  for (const MemberObservation& seen : story.evidence.trace)
    names.insert(seen.node);
  return {names.begin(), names.end()};
}

}  // namespace

bool PagesAreBuilt() { return !internal::kTimelineTemplate.empty(); }

std::string TimelineData(const Story& story) {
  static const History kNone;
  const RunEvidence& evidence = story.evidence;
  const History& history = evidence.history ? *evidence.history : kNone;
  std::vector<std::string> nodes = NodesOf(story);
  Json json = {
      {"version", kDataVersion},
      {"title", story.title},
      {"timed", history.timed},
      {"report", ReportJson(story.report)},
      {"model", story.model.empty() ? story.promises.model : story.model},
      {"verdicts", VerdictsJson(story.verdicts)},
      {"explanation", story.explanation},
      {"problems", story.problems},
      {"notes", history.notes},
      {"metadata", history.metadata}};
  json["operations"] = internal::OperationColumns(history);
  json["contradictions"] = ContradictionsJson(story);
  json["faults"] = FaultsJson(history);
  json["trace"] = TraceJson(evidence.trace, nodes);
  json["nodes"] = nodes;
  json["probes"] = ProbesJson(evidence.probes);
  json["outages"] = OutagesJson(story);
  json["downtimes"] = DowntimesJson(story.promises);
  json["bound"] = Micros(story.promises.outage_limit_ns);
  json["watches"] = WatchesJson(evidence.watches);
  json["journals"] = JournalsJson(story.journals);
  if (!history.torn.empty()) json["problems"].push_back(history.torn);
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

std::string TimelinePage(const Story& story) {
  return internal::FillTemplate(internal::kTimelineTemplate,
                                TimelineData(story));
}

void WriteTimeline(const std::filesystem::path& directory) {
  if (!PagesAreBuilt()) return;
  Story story = ReadStory(directory);
  CheckOptions options;
  options.time = 10s;
  options.explain_time = 3s;
  try {
    ExplainStory(story, options);
  } catch (const std::exception& error) {
    story.problems.push_back(fmt::format("not explained: {}", error.what()));
  }
  WriteFileAtomically(directory / "timeline.html", TimelinePage(story));
}

}  // namespace faultline
