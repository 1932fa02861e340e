#include "faultline/service/ovsdb/ovsdb_monitor.h"

#include <fmt/format.h>

#include "faultline/base/error.h"
#include "faultline/service/ovsdb/json_rpc.h"
#include "faultline/service/ovsdb/ovsdb_schema.h"

namespace faultline {

using internal::RpcAnswer;
using Json = nlohmann::json;

namespace {

constexpr char kMonitor[] = "watch";  // one a connection
constexpr char kFromNothing[] = "00000000-0000-0000-0000-000000000000";

Json RequestOf(const std::string& after) {
  const Json rows = {{{"columns", {"key", "value"}}}};
  const Json store = {{{"columns", {"revision"}}}};
  return {kOvsdbDatabase, kMonitor, {{"kv", rows}, {"store", store}}, after};
}

}  // namespace

struct OvsdbMonitor::Impl {
  internal::JsonRpc connection;
};

OvsdbMonitor::OvsdbMonitor(const std::string& node, const std::string& address,
                           const std::optional<OvsdbMonitorPoint>& after,
                           Deadline deadline)
    : node_(node), impl_(new Impl{{node, address, deadline}}) {
  // Else the member ends the connection whenever it replaces its database.
  RpcAnswer answer = impl_->connection.Call("set_db_change_aware",
                                            Json::array({true}), deadline);
  if (answer.end == RpcAnswer::End::kResult) {
    answer = impl_->connection.Call(
        "monitor_cond_since",
        RequestOf(after ? after->transaction : kFromNothing), deadline);
  }
  if (answer.end != RpcAnswer::End::kResult) throw CommandError(answer.reason);
  try {
    resumed_ = answer.value.at(0).get<bool>();
    if (resumed_ && after) point_ = *after;
    first_.from = point_.contents.revision();
    first_.transaction = answer.value.at(1).get<std::string>();
    first_.events = point_.contents.Apply(answer.value.at(2));
    first_.to = point_.contents.revision();
    point_.transaction = first_.transaction;
  } catch (const Json::exception& error) {
    throw CommandError(
        fmt::format("{}: ovsdb: monitor: {}", node_, error.what()));
  } catch (const Error& error) {
    throw CommandError(fmt::format("{}: {}", node_, error.what()));
  }
}

OvsdbMonitor::~OvsdbMonitor() = default;

std::optional<OvsdbUpdate> OvsdbMonitor::Next(Deadline deadline) {
  while (over_.empty()) {
    const auto told = impl_->connection.NextNotification(deadline);
    if (!told) {
      over_ = impl_->connection.reason();
      return std::nullopt;
    }
    if (told->method == "monitor_canceled") {
      over_ = node_ + ": ovsdb: the member canceled the monitor";
    }
    if (told->method != "update3") continue;
    try {
      OvsdbUpdate update{.transaction = told->params.at(1).get<std::string>(),
                         .from = point_.contents.revision()};
      update.events = point_.contents.Apply(told->params.at(2));
      update.to = point_.contents.revision();
      point_.transaction = update.transaction;
      return update;
    } catch (const Json::exception& error) {
      over_ = fmt::format("{}: ovsdb: monitor: {}", node_, error.what());
    } catch (const Error& error) {
      over_ = fmt::format("{}: {}", node_, error.what());
    }
  }
  return std::nullopt;
}

void OvsdbMonitor::Cancel() noexcept { impl_->connection.Close(); }

}  // namespace faultline
