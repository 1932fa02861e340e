#include "faultline/evidence/disk_files.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "faultline/base/error.h"
#include "faultline/evidence/log_files.h"
#include "faultline/history/json_lines.h"

namespace faultline {
namespace {

using internal::JsonLine;
using Json = nlohmann::json;

constexpr std::string_view kSuffix = "-disk.jsonl";

std::string ToLine(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

Json HeadOf(const PersistedLog& log) {
  Json head = {{"type", "disk"},
               {"member", log.member},
               {"cluster", log.cluster},
               {"snapshot_index", log.snapshot_index},
               {"snapshot_term", log.snapshot_term},
               {"term", log.term},
               {"vote", log.vote},
               {"commit", log.commit_index},
               {"changes_known", log.changes_known},
               {"since_beginning", log.since_beginning}};
  if (log.torn_tail) head["torn_tail"] = *log.torn_tail;
  if (log.corruption) head["corruption"] = *log.corruption;
  return head;
}

Json ToJson(const PersistedEntry& entry) {
  Json line = {{"type", "entry"},
               {"index", entry.index},
               {"term", entry.term},
               {"entry", entry.content}};
  if (entry.changes.empty() && entry.revision == 0) return line;
  line["revision"] = entry.revision;
  line["changes"] = Json::array();
  for (const Commit& change : entry.changes) {
    Json json = {{"revision", change.revision}, {"key", change.key}};
    if (change.value) json["value"] = *change.value;
    line["changes"].push_back(std::move(json));
  }
  return line;
}

void TakeHead(const JsonLine& line, PersistedLog& log) {
  log.member = line.Text("member");
  log.cluster = line.Text("cluster");
  log.snapshot_index = line.Unsigned("snapshot_index");
  log.snapshot_term = line.Unsigned("snapshot_term");
  log.term = line.Unsigned("term");
  log.vote = line.Text("vote");
  log.commit_index = line.Unsigned("commit");
  log.changes_known = line.Boolean("changes_known");
  log.since_beginning = line.Boolean("since_beginning");
  log.torn_tail = line.OptionalText("torn_tail");
  log.corruption = line.OptionalText("corruption");
}

PersistedEntry EntryOf(const JsonLine& line, const PersistedLog& log) {
  PersistedEntry entry{.index = line.Unsigned("index"),
                       .term = line.Unsigned("term"),
                       .content = line.Text("entry"),
                       .revision = line.IntegerOr("revision", 0)};
  if (entry.index != log.last_index() + 1) {
    throw UsageError(fmt::format("index {} comes after index {}", entry.index,
                                 log.last_index()));
  }
  if (!line.Has("changes")) return entry;
  for (const Json& json : line.Array("changes")) {
    const JsonLine change(json);
    entry.changes.push_back({change.Integer("revision"), change.Text("key"),
                             change.OptionalText("value")});
  }
  return entry;
}

void TakeLine(const JsonLine& line, PersistedLog& log) {
  const std::string type = line.Text("type");
  if (type == "disk") return TakeHead(line, log);
  if (line.number() == 1) throw UsageError("the first line is of type disk");
  if (type == "entry") {
    log.entries.push_back(EntryOf(line, log));
  } else if (type == "vote") {
    log.votes.push_back({line.Unsigned("term"), line.Text("candidate")});
  } else {
    throw UsageError(
        fmt::format("unknown \"type\" \"{}\" (disk, vote, entry)", type));
  }
}

}  // namespace

PersistedLog ReadDiskLog(const std::filesystem::path& file) {
  PersistedLog log{.node = internal::NodeOf(file, kSuffix)};
  internal::ForEachJsonLine(
      file, [&log](const JsonLine& line) { TakeLine(line, log); });
  return log;
}

std::vector<PersistedLog> ReadDiskLogs(const std::filesystem::path& directory) {
  return internal::ReadLogs(directory, kSuffix, &ReadDiskLog);
}

std::string ToJsonLines(const PersistedLog& log) {
  std::string lines = ToLine(HeadOf(log));
  for (const PersistedVote& vote : log.votes) {
    lines += ToLine(
        {{"type", "vote"}, {"term", vote.term}, {"candidate", vote.candidate}});
  }
  for (const PersistedEntry& entry : log.entries)
    lines += ToLine(ToJson(entry));
  return lines;
}

}  // namespace faultline
