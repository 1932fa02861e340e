#include "faultline/persisted/ovsdb_log.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "faultline/base/error.h"
#include "faultline/base/files.h"
#include "faultline/persisted/checksums.h"
#include "faultline/persisted/ovsdb_record.h"
#include "faultline/persisted/ovsdb_replay.h"

namespace faultline {
namespace {

using Json = nlohmann::json;

constexpr char kSchemaName[] = "faultline";

class OvsdbLogReader {
 public:
  explicit OvsdbLogReader(const std::string& node) { log_.node = node; }

  PersistedLog Read(std::string_view file) {
    std::size_t offset = 0;
    while (offset < file.size()) {
      const auto record = internal::OvsdbRecordAt(file, offset);
      if (!record) {
        NoteBreak(file, offset);
        break;
      }
      try {
        Take(Json::parse(record->body), offset == 0);
      } catch (const Json::exception& error) {
        log_.corruption = fmt::format("byte {}: {}", offset, error.what());
        break;
      } catch (const Error& error) {
        log_.corruption = fmt::format("byte {}: {}", offset, error.what());
        break;
      }
      offset = record->end;
    }
    if (file.empty()) log_.corruption = "the file is empty";
    ExplainChanges();
    return std::move(log_);
  }

 private:
  void NoteBreak(std::string_view file, std::size_t offset) {
    const auto why = internal::ExplainOvsdbBreak(file, offset);
    (why.torn ? log_.torn_tail : log_.corruption) = why.reason;
  }

  void Take(const Json& record, bool first) {
    if (first) return TakeHeader(record);
    if (record.contains("note")) return;
    if (record.contains("commit_index")) {
      log_.commit_index = record["commit_index"].get<std::uint64_t>();
      return;
    }
    const auto term = record.at("term").get<std::uint64_t>();
    if (record.contains("leader")) return;
    if (record.contains("vote")) {
      return TakeVote(log_, {term, record["vote"].get<std::string>()});
    }
    if (!record.contains("index")) return TakeVote(log_, {term, ""});
    TakeEntry(record, term);
  }

  void TakeHeader(const Json& header) {
    log_.member = header.value("server_id", "");
    log_.cluster = header.value("cluster_id", "");
    log_.snapshot_index = header.value("prev_index", std::uint64_t{0});
    log_.snapshot_term = header.value("prev_term", std::uint64_t{0});
    log_.commit_index = log_.snapshot_index;
    log_.changes_known =
        log_.snapshot_index > 0 && header.value("name", "") == kSchemaName;
    if (log_.changes_known) {
      snapshot_ = header.at("prev_data").at(1);
    }
  }

  // Kept as data until no later record can replace it.
  void TakeEntry(const Json& record, std::uint64_t term) {
    Json content = Json::object();
    for (const char* part : {"eid", "data", "servers", "election_timer"}) {
      if (record.contains(part)) content[part] = record[part];
    }
    const auto index = record.at("index").get<std::uint64_t>();
    AppendTo(log_, {.index = index, .term = term, .content = content.dump()});
    if (index > log_.snapshot_index) {
      const std::uint64_t first = log_.entries.front().index;
      transactions_.resize(index - first);
      transactions_.push_back(content.contains("data") ? content["data"].at(1)
                                                       : Json::object());
    }
  }

  void ExplainChanges() {
    if (!log_.changes_known) return;
    try {
      internal::OvsdbReplay replay;
      log_.since_beginning =
          replay.Apply(snapshot_).empty() && replay.revision() == 0;
      for (std::size_t i = 0; i < log_.entries.size(); ++i) {
        log_.entries[i].changes = replay.Apply(transactions_[i]);
        log_.entries[i].revision = replay.revision();
      }
    } catch (const Json::exception&) {  // another schema of the same name
      log_.changes_known = log_.since_beginning = false;
      for (PersistedEntry& entry : log_.entries) entry.changes.clear();
    }
  }

  PersistedLog log_;
  Json snapshot_ = Json::object();
  std::vector<Json> transactions_;
};

}  // namespace

PersistedLog ParseOvsdbLog(const std::string& node, std::string_view file) {
  return OvsdbLogReader(node).Read(file);
}

PersistedLog ReadOvsdbLog(const std::string& node,
                          const std::filesystem::path& path) {
  return ParseOvsdbLog(node, ReadFile(path));
}

}  // namespace faultline
