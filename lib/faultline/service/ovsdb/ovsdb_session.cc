#include "faultline/service/ovsdb/ovsdb_session.h"

#include <fmt/format.h>

#include "faultline/base/error.h"

namespace faultline::internal {

using Json = nlohmann::json;
using Kind = OvsdbFailure::Kind;

namespace {

Kind ToKind(RpcAnswer::End end) {
  switch (end) {
    case RpcAnswer::End::kNotSent:
      return Kind::kNotSent;
    case RpcAnswer::End::kSilent:
      return Kind::kSilent;
    case RpcAnswer::End::kError:
      return Kind::kRefused;
    case RpcAnswer::End::kResult:
    case RpcAnswer::End::kBroken:
      break;
  }
  return Kind::kBroken;
}

// OVSDB's error is an object with the tag in "error", or a mere word.
std::string TagOf(const Json& error) {
  if (error.is_string()) return error.get<std::string>();
  if (!error.is_object()) return "";
  const Json tag = error.value("error", Json());
  return tag.is_string() ? tag.get<std::string>() : "";
}

bool IsError(const Json& result) {
  return result.is_object() && result.contains("error");
}

}  // namespace

std::optional<OvsdbFailure> OvsdbSession::Connect(Deadline deadline) {
  try {
    const std::string address = address_();
    if (connection_ && connected_to_ == address &&
        connection_->Alive(deadline)) {
      return std::nullopt;
    }
    connection_.reset();
    connection_ = std::make_unique<JsonRpc>(node_, address, deadline);
    connected_to_ = address;
    return std::nullopt;
  } catch (const Error& error) {
    return OvsdbFailure{.kind = Kind::kNotSent, .message = error.what()};
  }
}

OvsdbExecution OvsdbSession::Transact(const Json& operations, Deadline deadline,
                                      const std::string& database) {
  if (auto failure = Connect(deadline)) return {.failure = std::move(failure)};
  Json params = {database};
  params.insert(params.end(), operations.begin(), operations.end());
  return Judge(connection_->Call("transact", params, deadline));
}

OvsdbExecution OvsdbSession::Judge(RpcAnswer answer) const {
  if (answer.end == RpcAnswer::End::kResult) {
    return JudgeResults(std::move(answer.value));
  }
  return {.failure = OvsdbFailure{.kind = ToKind(answer.end),
                                  .tag = TagOf(answer.value),
                                  .message = std::move(answer.reason)}};
}

// An error of the whole, such as a violated index, comes after the results of
// all operations.
OvsdbExecution OvsdbSession::JudgeResults(Json results) const {
  if (!results.is_array()) {
    return {.failure = OvsdbFailure{
                .kind = Kind::kBroken,
                .message = node_ + ": ovsdb: transact: no array of results"}};
  }
  for (const Json& result : results) {
    if (!IsError(result)) continue;
    const std::string tag = TagOf(result);
    const Json details = result.value("details", Json(""));
    return {.failure = OvsdbFailure{
                .kind = Kind::kAborted,
                .tag = tag,
                .message = fmt::format(
                    "{}: ovsdb: {}: {}", node_, tag,
                    details.is_string() ? details.get<std::string>() : "")}};
  }
  return {.results = std::move(results)};
}

}  // namespace faultline::internal
