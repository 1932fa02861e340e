#include "faultline/evidence/evidence_files.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "faultline/evidence/log_files.h"
#include "faultline/history/json_lines.h"
#include "faultline/history/text_file.h"

namespace faultline {
namespace {

using internal::ForEachJsonLine;
using internal::JsonLine;
using internal::NodeOf;
using internal::ReadLogs;

constexpr std::string_view kCommitsSuffix = "-commits.jsonl";
constexpr std::string_view kRaftSuffix = "-raft.jsonl";

// docs/reports.md: bytes that are not UTF-8 become U+FFFD.
std::string ToLine(const nlohmann::json& json) {
  using Json = nlohmann::json;
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace

RaftTrace ParseRaftTrace(std::string_view text, const std::string& name) {
  RaftTrace trace;
  ForEachJsonLine(text, name, [&trace](const JsonLine& line) {
    trace.push_back({.at_ns = line.Integer("time"),
                     .node = line.Text("node"),
                     .leader = line.Text("leader"),
                     .term = line.Unsigned("term"),
                     .commit_index = line.Unsigned("commit"),
                     .applied_index = line.Unsigned("applied"),
                     .incarnation = line.SmallInteger("incarnation")});
  });
  return trace;
}

RaftTrace ReadRaftTrace(const std::filesystem::path& file) {
  return ParseRaftTrace(internal::ReadTextFile(file), file.string());
}

std::vector<Probe> ReadProbes(const std::filesystem::path& file) {
  std::vector<Probe> probes;
  ForEachJsonLine(file, [&probes](const JsonLine& line) {
    const bool ok = line.Boolean("ok");
    probes.push_back({line.Integer("due"), line.Integer("answered"), ok});
  });
  return probes;
}

CommitLog ReadCommitLog(const std::filesystem::path& file) {
  CommitLog log{NodeOf(file, kCommitsSuffix), {}};
  ForEachJsonLine(file, [&log](const JsonLine& line) {
    log.commits.push_back({line.Integer("revision"), line.Text("key"),
                           line.OptionalText("value")});
  });
  return log;
}

std::vector<CommitLog> ReadCommitLogs(const std::filesystem::path& directory) {
  return ReadLogs(directory, kCommitsSuffix, &ReadCommitLog);
}

RaftLog ReadRaftLog(const std::filesystem::path& file) {
  RaftLog log{NodeOf(file, kRaftSuffix), {}};
  ForEachJsonLine(file, [&log](const JsonLine& line) {
    log.entries.push_back(
        {line.Unsigned("index"), line.Unsigned("term"), line.Text("entry")});
  });
  return log;
}

std::vector<RaftLog> ReadRaftLogs(const std::filesystem::path& directory) {
  return ReadLogs(directory, kRaftSuffix, &ReadRaftLog);
}

std::string ToJsonLines(const RaftTrace& trace) {
  std::string lines;
  for (const MemberObservation& seen : trace) {
    const nlohmann::json line = {{"time", seen.at_ns},
                                 {"node", seen.node},
                                 {"leader", seen.leader},
                                 {"term", seen.term},
                                 {"commit", seen.commit_index},
                                 {"applied", seen.applied_index},
                                 {"incarnation", seen.incarnation}};
    lines += ToLine(line);
  }
  return lines;
}

std::string ToJsonLines(const std::vector<Probe>& probes) {
  std::string lines;
  for (const Probe& probe : probes) {
    lines += fmt::format("{{\"due\":{},\"answered\":{},\"ok\":{}}}\n",
                         probe.due_ns, probe.answered_ns, probe.answered);
  }
  return lines;
}

std::string ToJsonLines(const CommitLog& log) {
  std::string lines;
  for (const Commit& commit : log.commits) {
    nlohmann::json line = {{"revision", commit.revision}, {"key", commit.key}};
    if (commit.value) line["value"] = *commit.value;
    lines += ToLine(line);
  }
  return lines;
}

std::string ToJsonLines(const RaftLog& log) {
  std::string lines;
  for (const LogEntry& entry : log.entries) {
    lines += ToLine({{"index", entry.index},
                     {"term", entry.term},
                     {"entry", entry.content}});
  }
  return lines;
}

}  // namespace faultline
