#include "faultline/service/ovsdb/ovsdb_control.h"

#include <fmt/format.h>

#include <algorithm>

#include "faultline/base/error.h"
#include "faultline/service/ovsdb/json_rpc.h"

namespace faultline {
namespace {

using internal::RpcAnswer;

// Its answers end with a newline.
std::string TextOf(const nlohmann::json& value) {
  if (!value.is_string()) return value.is_null() ? "" : value.dump();
  std::string text = value.get<std::string>();
  while (text.ends_with('\n')) text.pop_back();
  return text;
}

}  // namespace

const std::vector<std::string>& OvsdbFailureTests() {
  static const std::vector<std::string> tests = {
      "crash-before-sending-append-request",
      "crash-after-sending-append-request",
      "crash-before-sending-execute-command-reply",
      "crash-after-sending-execute-command-reply",
      "crash-before-sending-execute-command-request",
      "crash-after-sending-execute-command-request",
      "crash-after-receiving-append-request-update",
      "crash-before-sending-install-snapshot-reply",
      "delay-election",
      "dont-send-vote-request",
      "stop-raft-rpc",
      "transfer-leadership",
      "transfer-leadership-after-sending-append-request",
      "clear"};
  return tests;
}

OvsdbControl::OvsdbControl(std::string node, std::string address,
                           std::string database)
    : node_(std::move(node)),
      address_(std::move(address)),
      database_(std::move(database)) {}

std::string OvsdbControl::Run(const std::string& command,
                              const std::vector<std::string>& arguments,
                              Deadline deadline) const {
  internal::JsonRpc connection(node_, address_, deadline);
  const RpcAnswer answer = connection.Call(command, arguments, deadline);
  if (answer.end == RpcAnswer::End::kResult) return TextOf(answer.value);
  if (answer.end == RpcAnswer::End::kError) {
    throw CommandError(
        fmt::format("{}: ovsdb: {}: {}", node_, command, TextOf(answer.value)));
  }
  throw CommandError(fmt::format("{}: asked for {}", answer.reason, command));
}

OvsdbClusterStatus OvsdbControl::Status(Deadline deadline) const {
  const std::string text = Run("cluster/status", {database_}, deadline);
  try {
    return ParseOvsdbClusterStatus(text);
  } catch (const CommandError&) {
    throw;
  } catch (const Error& error) {
    throw CommandError(fmt::format("{}: ovsdb: {}", node_, error.what()));
  }
}

void OvsdbControl::Leave(Deadline deadline) const {
  Run("cluster/leave", {database_}, deadline);
}

void OvsdbControl::Kick(const std::string& id, Deadline deadline) const {
  Run("cluster/kick", {database_, id}, deadline);
}

void OvsdbControl::ChangeElectionTimer(std::int64_t milliseconds,
                                       Deadline deadline) const {
  Run("cluster/change-election-timer",
      {database_, fmt::format("{}", milliseconds)}, deadline);
}

void OvsdbControl::FailureTest(const std::string& name,
                               Deadline deadline) const {
  if (std::ranges::count(OvsdbFailureTests(), name) == 0) {
    throw UsageError(fmt::format("ovsdb has no failure test \"{}\"", name));
  }
  Run("cluster/failure-test", {name}, deadline);
}

}  // namespace faultline
