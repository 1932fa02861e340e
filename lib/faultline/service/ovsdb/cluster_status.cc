#include "faultline/service/ovsdb/cluster_status.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>
#include <sstream>
#include <string_view>

#include "faultline/base/error.h"

namespace faultline {
namespace {

[[noreturn]] void Malformed(std::string_view line) {
  throw Error(fmt::format("cluster/status: malformed: \"{}\"", line));
}

template <typename Number>
Number ToNumber(std::string_view text, std::string_view line) {
  Number number{};
  const auto [end, error] =
      std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end == text.data()) Malformed(line);
  return number;
}

// What follows `before`, up to the next space or the line's end.
std::optional<std::string_view> WordAfter(std::string_view line,
                                          std::string_view before) {
  const std::size_t at = line.find(before);
  if (at == std::string_view::npos) return std::nullopt;
  const std::string_view rest = line.substr(at + before.size());
  return rest.substr(0, rest.find(' '));
}

// The text between the first "(" and the next ")".
std::string InBrackets(std::string_view line) {
  const std::size_t open = line.find('(');
  const std::size_t close = line.find(')', open);
  if (open == std::string_view::npos || close == std::string_view::npos) {
    Malformed(line);
  }
  return std::string(line.substr(open + 1, close - open - 1));
}

template <typename Number>
std::optional<Number> NumberAfter(std::string_view line,
                                  std::string_view before) {
  const auto word = WordAfter(line, before);
  if (!word) return std::nullopt;
  return ToNumber<Number>(*word, line);
}

// "    92c3 (92c3 at tcp:127.0.0.1:16642) (self) next_index=5 match_index=4".
OvsdbServer ToServer(std::string_view line) {
  OvsdbServer server;
  const std::string identity = InBrackets(line);
  const std::size_t at = identity.find(" at ");
  if (at == std::string::npos) Malformed(line);
  server.id = identity.substr(0, at);
  server.address = identity.substr(at + 4);
  std::string_view rest = line.substr(line.find(')') + 1);
  server.self = rest.starts_with(" (self)");
  if (server.self) rest.remove_prefix(std::string_view(" (self)").size());
  if (rest.starts_with(" (") && !rest.starts_with(" (voted")) {
    server.phase = InBrackets(rest);
  }
  if (const auto voted = WordAfter(rest, "(voted for ")) {
    server.voted_for = voted->substr(0, voted->find(')'));
  }
  server.next_index = NumberAfter<std::uint64_t>(rest, "next_index=");
  server.match_index = NumberAfter<std::uint64_t>(rest, "match_index=");
  server.last_message_ms = NumberAfter<std::int64_t>(rest, "last msg ");
  return server;
}

// "(->6896) <-92c3 ->92c3".
std::vector<OvsdbConnection> ToConnections(const std::string& text) {
  std::vector<OvsdbConnection> connections;
  std::istringstream words(text);
  for (std::string word; words >> word;) {
    OvsdbConnection connection{.up = word.front() != '('};
    std::erase_if(word, [](char c) { return c == '(' || c == ')'; });
    if (word.size() < 3 || (!word.starts_with("<-") && !word.starts_with("->")))
      Malformed(text);
    connection.incoming = word.front() == '<';
    connection.peer = word.substr(2);
    connections.push_back(connection);
  }
  return connections;
}

// The lines of the form "Name: value", and the servers that follow them.
class StatusText {
 public:
  explicit StatusText(const std::string& text) {
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) Add(line);
  }

  const std::string& Get(const std::string& name) const {
    const auto found = fields_.find(name);
    if (found == fields_.end()) {
      throw Error(fmt::format("cluster/status: no \"{}:\"", name));
    }
    return found->second;
  }
  template <typename Number>
  Number GetNumber(const std::string& name) const {
    return ToNumber<Number>(Get(name), name + ": " + Get(name));
  }
  // "unknown" is nothing.
  std::string GetServer(const std::string& name) const {
    return Get(name) == "unknown" ? "" : Get(name);
  }
  // Absent until there was one.
  std::string LastElection() const {
    for (const auto& [name, value] : fields_) {
      if (!name.starts_with("Last Election started")) continue;
      return value;
    }
    return "";
  }
  const std::vector<OvsdbServer>& servers() const { return servers_; }

 private:
  void Add(const std::string& line) {
    if (line.starts_with("    ")) {
      servers_.push_back(ToServer(line));
      return;
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string::npos) return;
    const std::size_t value = line.find_first_not_of(' ', colon + 1);
    fields_[line.substr(0, colon)] =
        value == std::string::npos ? "" : line.substr(value);
  }

  std::map<std::string, std::string> fields_;
  std::vector<OvsdbServer> servers_;
};

OvsdbRole ToRole(const std::string& text) {
  if (text == "leader") return OvsdbRole::kLeader;
  if (text == "candidate") return OvsdbRole::kCandidate;
  if (text == "follower") return OvsdbRole::kFollower;
  Malformed("Role: " + text);
}

// "[2, 8]".
void ReadLog(const std::string& text, OvsdbClusterStatus& status) {
  const std::size_t comma = text.find(", ");
  if (!text.starts_with('[') || comma == std::string::npos) {
    Malformed("Log: " + text);
  }
  const std::string_view view = text;
  status.log_start = ToNumber<std::uint64_t>(view.substr(1), text);
  status.log_end = ToNumber<std::uint64_t>(view.substr(comma + 2), text);
}

}  // namespace

const OvsdbServer* OvsdbClusterStatus::FindLeader() const {
  const auto found = std::ranges::find_if(servers, [&](const auto& server) {
    return leader == "self" ? server.self : server.id == leader;
  });
  return leader.empty() || found == servers.end() ? nullptr : &*found;
}

OvsdbClusterStatus ParseOvsdbClusterStatus(const std::string& text) {
  const StatusText fields(text);
  const std::string& cluster = fields.Get("Cluster ID");
  OvsdbClusterStatus status{
      .name = fields.Get("Name"),
      .cluster_id = cluster == "not yet known" ? "" : InBrackets(cluster),
      .server_id = InBrackets(fields.Get("Server ID")),
      .address = fields.Get("Address"),
      .status = fields.Get("Status"),
      .role = ToRole(fields.Get("Role")),
      .term = fields.GetNumber<std::uint64_t>("Term"),
      .leader = fields.GetServer("Leader"),
      .vote = fields.GetServer("Vote"),
      .last_election = fields.LastElection(),
      .election_timer_ms = fields.GetNumber<std::int64_t>("Election timer"),
      .uncommitted =
          fields.GetNumber<std::uint64_t>("Entries not yet committed"),
      .unapplied = fields.GetNumber<std::uint64_t>("Entries not yet applied"),
      .connections = ToConnections(fields.Get("Connections")),
      .disconnections = fields.GetNumber<std::int64_t>("Disconnections"),
      .servers = fields.servers()};
  ReadLog(fields.Get("Log"), status);
  return status;
}

}  // namespace faultline
