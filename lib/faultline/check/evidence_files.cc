#include "faultline/check/evidence_files.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <system_error>

#include "faultline/base/error.h"
#include "faultline/history/json_lines.h"

namespace faultline {
namespace {

using internal::ForEachJsonLine;
using internal::JsonLine;

constexpr std::string_view kCommitsSuffix = "-commits.jsonl";

bool NamesCommitLog(const std::filesystem::path& file) {
  const std::string name = file.filename().string();
  return name.size() > kCommitsSuffix.size() && name.ends_with(kCommitsSuffix);
}

}  // namespace

RaftTrace ReadRaftTrace(const std::filesystem::path& file) {
  RaftTrace trace;
  ForEachJsonLine(file, [&trace](const JsonLine& line) {
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

std::vector<Probe> ReadProbes(const std::filesystem::path& file) {
  std::vector<Probe> probes;
  ForEachJsonLine(file, [&probes](const JsonLine& line) {
    const auto ok = line.object().find("ok");
    if (ok == line.object().end() || !ok->is_boolean()) {
      throw UsageError("lacks \"ok\" (true or false)");
    }
    probes.push_back(
        {line.Integer("due"), line.Integer("answered"), ok->get<bool>()});
  });
  return probes;
}

CommitLog ReadCommitLog(const std::filesystem::path& file) {
  if (!NamesCommitLog(file)) {
    throw UsageError(
        fmt::format("{}: not named <node>{}", file.string(), kCommitsSuffix));
  }
  std::string name = file.filename().string();
  name.resize(name.size() - kCommitsSuffix.size());
  CommitLog log{std::move(name), {}};
  ForEachJsonLine(file, [&log](const JsonLine& line) {
    log.commits.push_back({line.Integer("revision"), line.Text("key"),
                           line.OptionalText("value")});
  });
  return log;
}

std::vector<CommitLog> ReadCommitLogs(const std::filesystem::path& directory) {
  std::error_code error;
  std::vector<CommitLog> logs;
  for (const auto& entry :
       std::filesystem::directory_iterator(directory, error)) {
    if (NamesCommitLog(entry.path()))
      logs.push_back(ReadCommitLog(entry.path()));
  }
  if (error) {
    throw UsageError(
        fmt::format("{}: {}", directory.string(), error.message()));
  }
  std::sort(
      logs.begin(), logs.end(),
      [](const CommitLog& a, const CommitLog& b) { return a.node < b.node; });
  return logs;
}

}  // namespace faultline
