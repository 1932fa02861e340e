#include "faultline/page/trace_events.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <limits>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "faultline/page/operation_columns.h"
#include "faultline/report/markup.h"

namespace faultline {
namespace {

using Json = nlohmann::json;

// The tracks' groups: processes, as the format calls them, in this order.
enum Group { kService = 1, kFaults, kNodes, kClients };

constexpr auto kNever = std::numeric_limits<std::int64_t>::max();

// Perfetto shows them; they are not what somebody searches a trace for.
constexpr std::size_t kMostText = 400;

std::string Short(const std::string& text) {
  return ValidUtf8(text.size() <= kMostText ? text : text.substr(0, kMostText));
}

double Micros(std::int64_t ns) { return static_cast<double>(ns) / 1e3; }

// Collects events, and the tracks that they need.
class Trace {
 public:
  void Name(Group group, const std::string& name) {
    Metadata("process_name", group, 0, {{"name", name}});
    Metadata("process_sort_index", group, 0,
             {{"sort_index", static_cast<int>(group)}});
  }

  void NameTrack(Group group, std::int64_t track, const std::string& name) {
    if (!tracks_.emplace(group, track).second) return;
    Metadata("thread_name", group, track, {{"name", Short(name)}});
    Metadata("thread_sort_index", group, track, {{"sort_index", track}});
  }

  void Slice(Group group, std::int64_t track, const std::string& name,
             std::int64_t from_ns, std::int64_t until_ns, Json details = {}) {
    events_.push_back(
        {{"ph", "X"},
         {"pid", static_cast<int>(group)},
         {"tid", track},
         {"name", Short(name)},
         {"ts", Micros(from_ns)},
         {"dur", Micros(std::max<std::int64_t>(until_ns - from_ns, 0))},
         {"args", std::move(details)}});
  }

  // A mark across all tracks.
  void Mark(const std::string& name, std::int64_t at_ns) {
    events_.push_back({{"ph", "i"},
                       {"s", "g"},
                       {"pid", static_cast<int>(kService)},
                       {"tid", 0},
                       {"name", Short(name)},
                       {"ts", Micros(at_ns)}});
  }

  Json Take() { return std::move(events_); }

 private:
  void Metadata(const char* what, Group group, std::int64_t track, Json args) {
    events_.push_back({{"ph", "M"},
                       {"pid", static_cast<int>(group)},
                       {"tid", track},
                       {"name", what},
                       {"args", std::move(args)}});
  }

  Json events_ = Json::array();
  std::set<std::pair<Group, std::int64_t>> tracks_;
};

// When the last thing happened: where what never ended is cut off.
std::int64_t EndOf(const Story& story) {
  std::int64_t end = 0;
  if (story.evidence.history) {
    for (const Operation& operation : story.evidence.history->operations)
      end = std::max({end, operation.invoked_ns,
                      operation.outcome == Outcome::kUnknown
                          ? 0
                          : operation.completed_ns});
    for (const FaultInterval& fault : story.evidence.history->faults)
      end = std::max({end, fault.begin_ns,
                      fault.end_ns == kNever ? 0 : fault.end_ns,
                      fault.recovered_ns.value_or(0)});
  }
  for (const MemberObservation& seen : story.evidence.trace)
    end = std::max(end, seen.at_ns);
  for (const Probe& probe : story.evidence.probes)
    end = std::max(end, probe.due_ns);
  return end;
}

// The client of each operation: one whose operation stayed unknown goes on as a
// new process, which takes its track.
std::vector<std::int64_t> ClientsOf(const History& history) {
  std::vector<std::int64_t> clients;
  std::map<std::int64_t, std::int64_t> client_of;
  std::deque<std::int64_t> free;
  std::int64_t count = 0;
  for (const Operation& operation : history.operations) {
    const auto [found, fresh] = client_of.try_emplace(operation.process, 0);
    if (fresh && free.empty()) {
      found->second = ++count;
    } else if (fresh) {
      found->second = free.front();
      free.pop_front();
    }
    clients.push_back(found->second);
    if (operation.outcome == Outcome::kUnknown) free.push_back(found->second);
  }
  return clients;
}

// An unknown operation is shown until its client does something else.
std::vector<std::int64_t> EndsOf(const History& history,
                                 const std::vector<std::int64_t>& clients,
                                 std::int64_t end) {
  std::vector<std::int64_t> ends(clients.size());
  std::map<std::int64_t, std::int64_t> next;
  for (std::size_t i = clients.size(); i-- > 0;) {
    const Operation& operation = history.operations[i];
    const auto later = next.find(clients[i]);
    ends[i] = operation.outcome != Outcome::kUnknown ? operation.completed_ns
              : later != next.end()                  ? later->second
                                                     : end;
    next[clients[i]] = operation.invoked_ns;
  }
  return ends;
}

const char* Mark(Outcome outcome) {
  switch (outcome) {
    case Outcome::kOk:
      return "";
    case Outcome::kUnknown:
      return " (unknown)";
    default:
      return " (failed)";
  }
}

Json DetailsOf(const Operation& operation) {
  Json details = {{"outcome", ToText(operation.outcome)}};
  const std::string asked = internal::InputText(operation);
  const std::string got = internal::OutputText(operation);
  if (!asked.empty()) details["asked"] = Short(asked);
  if (!got.empty()) details["got"] = Short(got);
  return details;
}

void AddOperations(const History& history, std::int64_t end, Trace& trace) {
  const std::vector<std::int64_t> clients = ClientsOf(history);
  const std::vector<std::int64_t> ends = EndsOf(history, clients, end);
  for (std::size_t i = 0; i < clients.size(); ++i) {
    const Operation& operation = history.operations[i];
    trace.NameTrack(kClients, clients[i], fmt::format("client {}", clients[i]));
    trace.Slice(kClients, clients[i],
                fmt::format("{} {}{}", FunctionOf(operation), operation.key,
                            Mark(operation.outcome)),
                operation.invoked_ns, ends[i], DetailsOf(operation));
  }
}

// Slices of one track must not overlap but by nesting: each fault has its own.
void AddFaults(const History& history, std::int64_t end, Trace& trace) {
  std::int64_t track = 0;
  for (const FaultInterval& fault : history.faults) {
    const std::int64_t healed = fault.end_ns == kNever ? end : fault.end_ns;
    const std::string name = fmt::format("{} {}", fault.name, fault.target);
    trace.NameTrack(kFaults, ++track, name);
    const std::int64_t effect = fault.effect_ns.value_or(fault.begin_ns);
    if (effect > fault.begin_ns)
      trace.Slice(kFaults, track, name + ": asked for", fault.begin_ns, effect);
    trace.Slice(kFaults, track, name + ": in effect", effect, healed);
    if (fault.recovered_ns && *fault.recovered_ns > healed)
      trace.Slice(kFaults, track, name + ": healed, coming back", healed,
                  *fault.recovered_ns);
  }
}

std::string StandingOf(const MemberObservation& seen) {
  if (seen.leader.empty()) return fmt::format("no leader, term {}", seen.term);
  return seen.leader == seen.node
             ? fmt::format("leader, term {}", seen.term)
             : fmt::format("follows {}, term {}", seen.leader, seen.term);
}

// From one observation of a node that differs from the last to the next.
void AddNodes(const RaftTrace& observations, std::int64_t end, Trace& trace) {
  std::map<std::string, std::vector<const MemberObservation*>> by_node;
  for (const MemberObservation& seen : observations) {
    std::vector<const MemberObservation*>& changes = by_node[seen.node];
    if (changes.empty() || StandingOf(*changes.back()) != StandingOf(seen) ||
        changes.back()->incarnation != seen.incarnation)
      changes.push_back(&seen);
  }
  std::int64_t track = 0;
  for (const auto& [node, changes] : by_node) {
    trace.NameTrack(kNodes, ++track, node);
    for (std::size_t i = 0; i < changes.size(); ++i)
      trace.Slice(kNodes, track, StandingOf(*changes[i]), changes[i]->at_ns,
                  i + 1 < changes.size() ? changes[i + 1]->at_ns : end,
                  {{"commit", changes[i]->commit_index},
                   {"applied", changes[i]->applied_index},
                   {"incarnation", changes[i]->incarnation}});
  }
}

// Where somebody first says that a node leads in a term.
void AddLeaderChanges(const RaftTrace& observations, Trace& trace) {
  std::set<std::pair<std::uint64_t, std::string>> known;
  for (const MemberObservation& seen : observations) {
    if (seen.leader.empty() || !known.emplace(seen.term, seen.leader).second)
      continue;
    trace.Mark(fmt::format("{} leads, term {}", seen.leader, seen.term),
               seen.at_ns);
  }
}

void AddOutages(const Story& story, Trace& trace) {
  trace.NameTrack(kService, 1, "outages");
  for (const Outage& outage : FindOutages(story.evidence.probes))
    trace.Slice(kService, 1, outage.ended ? "outage" : "outage, not over",
                outage.begin_ns, outage.end_ns);
}

Json Description(const Story& story) {
  Json json = {{"run", Short(story.title)}};
  if (story.report) {
    json["status"] = story.report->status;
    json["seed"] = story.report->seed;
    json["rerun"] = Short(story.report->rerun);
  }
  return json;
}

}  // namespace

std::string TraceEvents(const Story& story) {
  Trace trace;
  const std::int64_t end = EndOf(story);
  trace.Name(kService, "service");
  AddOutages(story, trace);
  if (story.evidence.history) {
    trace.Name(kFaults, "faults");
    AddFaults(*story.evidence.history, end, trace);
  }
  trace.Name(kNodes, "nodes");
  AddNodes(story.evidence.trace, end, trace);
  AddLeaderChanges(story.evidence.trace, trace);
  if (story.evidence.history) {
    trace.Name(kClients, "clients");
    AddOperations(*story.evidence.history, end, trace);
  }
  const Json json = {{"displayTimeUnit", "ms"},
                     {"otherData", Description(story)},
                     {"traceEvents", trace.Take()}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace faultline
