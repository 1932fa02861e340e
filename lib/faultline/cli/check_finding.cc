#include "faultline/cli/check_finding.h"

#include <algorithm>
#include <nlohmann/json.hpp>

namespace faultline {
namespace {

using Json = nlohmann::json;
using Status = CheckFinding::Status;

Json ToJson(const Verdict& verdict) {
  return {{"property", verdict.property},
          {"judgement", ToText(verdict.judgement)},
          {"evidence", verdict.evidence}};
}

Json ToJson(const KeyVerdict& key) {
  Json json = {{"key", key.key},
               {"judgement", ToText(key.judgement)},
               {"method", ToText(key.method)},
               {"order", key.order},
               {"operations", key.operations},
               {"states", key.states}};
  if (!key.reason.empty()) json["reason"] = key.reason;
  if (key.judgement != Judgement::kViolated) return json;
  if (key.blocked) json["blocked"] = *key.blocked;
  json["core"] = key.core;
  json["core_is_minimal"] = key.core_is_minimal;
  return json;
}

Json ToJson(const LinearizabilityVerdict& verdict) {
  Json keys = Json::array();
  for (const KeyVerdict& key : verdict.keys) keys.push_back(ToJson(key));
  return {{"model", verdict.model},
          {"judgement", ToText(verdict.judgement)},
          {"operations", verdict.operations},
          {"states", verdict.states},
          {"decided_in_ns", verdict.decided_in.count()},
          {"explained_in_ns", verdict.explained_in.count()},
          {"keys", std::move(keys)}};
}

}  // namespace

const char* ToText(Status status) {
  switch (status) {
    case Status::kHolds:
      return "holds";
    case Status::kViolated:
      return "VIOLATED";
    case Status::kUnknown:
      return "unknown";
    case Status::kBadInput:
      break;
  }
  return "bad input";
}

int Badness(Status status) {
  switch (status) {
    case Status::kHolds:
      return 0;
    case Status::kUnknown:
      return 1;
    case Status::kViolated:
      return 2;
    case Status::kBadInput:
      break;
  }
  return 3;
}

Status Worst(const std::vector<CheckFinding>& findings) {
  Status worst = Status::kHolds;
  for (const CheckFinding& finding : findings) {
    if (Badness(finding.status) > Badness(worst)) worst = finding.status;
  }
  return worst;
}

std::string ToJsonLine(const CheckFinding& finding) {
  Json verdicts = Json::array();
  for (const Verdict& verdict : finding.verdicts) {
    verdicts.push_back(ToJson(verdict));
  }
  std::string status = ToText(finding.status);
  std::transform(status.begin(), status.end(), status.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  Json json = {{"subject", finding.subject},
               {"status", status},
               {"summary", finding.summary},
               {"notes", finding.notes},
               {"verdicts", std::move(verdicts)}};
  if (finding.linearizability) {
    json["linearizability"] = ToJson(*finding.linearizability);
  }
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace faultline
