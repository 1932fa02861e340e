#include "faultline/report/run_report.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "faultline/base/error.h"

namespace faultline {
namespace {

using Json = nlohmann::json;

Json VerdictToJson(const Verdict& verdict) {
  return {{"property", verdict.property},
          {"judgement", ToText(verdict.judgement)},
          {"evidence", verdict.evidence}};
}

Judgement ParseJudgement(const std::string& text) {
  for (const Judgement judgement :
       {Judgement::kHolds, Judgement::kViolated, Judgement::kUnknown}) {
    if (text == ToText(judgement)) return judgement;
  }
  throw UsageError(fmt::format("unknown judgement \"{}\"", text));
}

Verdict VerdictFromJson(const Json& json) {
  return {.judgement = ParseJudgement(json.at("judgement")),
          .property = json.at("property"),
          .evidence = json.at("evidence")};
}

Json OutageToJson(const Outage& outage) {
  return {{"begin_ns", outage.begin_ns},
          {"end_ns", outage.end_ns},
          {"ended", outage.ended}};
}

Outage OutageFromJson(const Json& json) {
  return {.begin_ns = json.at("begin_ns"),
          .end_ns = json.at("end_ns"),
          .ended = json.at("ended")};
}

RunReport FromJson(const Json& json) {
  RunReport report{.test = json.at("test"),
                   .status = json.at("status"),
                   .seed = json.at("seed"),
                   .rerun = json.at("rerun"),
                   .seconds = json.at("seconds"),
                   .started = json.at("started"),
                   .run = json.value("run", ""),
                   .role = json.value("role", ""),
                   .gap = json.value("gap", ""),
                   .verdicts = {},
                   .outages = {},
                   .acknowledged = json.at("acknowledged"),
                   .facts = json.at("facts"),
                   .failures = json.at("failures")};
  for (const Json& verdict : json.at("verdicts"))
    report.verdicts.push_back(VerdictFromJson(verdict));
  for (const Json& outage : json.at("outages"))
    report.outages.push_back(OutageFromJson(outage));
  return report;
}

}  // namespace

std::string ToJson(const RunReport& report) {
  Json json = {
      {"test", report.test},         {"status", report.status},
      {"seed", report.seed},         {"rerun", report.rerun},
      {"seconds", report.seconds},   {"started", report.started},
      {"facts", report.facts},       {"acknowledged", report.acknowledged},
      {"failures", report.failures}, {"run", report.run},
      {"role", report.role},         {"gap", report.gap}};
  json["verdicts"] = Json::array();
  for (const Verdict& verdict : report.verdicts)
    json["verdicts"].push_back(VerdictToJson(verdict));
  json["outages"] = Json::array();
  for (const Outage& outage : report.outages)
    json["outages"].push_back(OutageToJson(outage));
  return json.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

RunReport ParseRunReport(const std::string& json) {
  try {
    return FromJson(Json::parse(json));
  } catch (const Json::exception& error) {
    throw UsageError(fmt::format("not a run report: {}", error.what()));
  }
}

}  // namespace faultline
