#include "faultline/vm/disk_filter.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "faultline/base/error.h"

namespace faultline {
namespace {

using Json = nlohmann::json;

constexpr int kInputOutputError = 5;  // QEMU's protocol has Linux's numbers

Json ErrorRules(DiskOperations operations) {
  Json rules = Json::array();
  const auto fail = [&](const char* type) {
    // The event of no occasion: from the node's creation on, always.
    rules.push_back(
        {{"event", "none"}, {"iotype", type}, {"errno", kInputOutputError}});
  };
  if (operations != DiskOperations::kWrite) fail("read");
  if (operations != DiskOperations::kRead)
    for (const char* type : {"write", "write-zeroes", "discard", "flush"})
      fail(type);
  return rules;
}

}  // namespace

DiskFilter::DiskFilter(Machine& machine, const std::string& disk)
    : machine_(machine),
      node_(disk.empty() ? kStateNode : DiskNode(disk)),
      device_(disk.empty() ? kStateDevice : DiskDevice(disk)),
      filter_node_(node_ + "-filter"),
      limits_(node_ + "-limits") {}

void DiskFilter::FailRequests(DiskOperations operations, Deadline deadline) {
  Begin();
  Insert({{"driver", "blkdebug"},
          {"image", node_},
          {"inject-error", ErrorRules(operations)}},
         deadline);
}

void DiskFilter::LimitRequests(int per_second, Deadline deadline) {
  Begin();
  AddLimits({{"iops-total", per_second}}, deadline);
}

void DiskFilter::Stall(Deadline deadline) {
  Begin();
  AddLimits({{"bps-total", 1}}, deadline);
}

void DiskFilter::LogWrites(const std::filesystem::path& log,
                           Deadline deadline) {
  Begin();
  Insert(
      {{"driver", "blklogwrites"},
       {"file", node_},
       {"log",
        {{"driver", "file"}, {"filename", log.string()}, {"aio", "threads"}}},
       {"log-sector-size", 512},
       {"log-super-update-interval", 1}},
      deadline);
}

void DiskFilter::Remove(Deadline deadline) {
  if (!begun_) return;
  if (machine_.Running() && IsOfThisQemu()) {
    const auto qmp = machine_.qmp();
    if (in_place_) PutUnderDevice(node_, deadline);
    in_place_ = false;
    if (has_node_)
      qmp->Execute("blockdev-del", {{"node-name", filter_node_}}, deadline);
    has_node_ = false;
    if (has_limits_) qmp->Execute("object-del", {{"id", limits_}}, deadline);
  }
  has_limits_ = has_node_ = in_place_ = false;
  begun_ = false;
}

// A process number may have gone to another one meanwhile.
bool DiskFilter::IsOfThisQemu() const {
  const auto qemu = machine_.process();
  return qemu && qemu == qemu_.lock();
}

void DiskFilter::Begin() {
  if (begun_)
    throw UsageError(fmt::format("{}: its disk has this filter already",
                                 machine_.options().name));
  qemu_ = machine_.process();
  begun_ = true;
}

void DiskFilter::AddLimits(const Json& limits, Deadline deadline) {
  machine_.qmp()->Execute(
      "object-add",
      {{"qom-type", "throttle-group"}, {"id", limits_}, {"limits", limits}},
      deadline);
  has_limits_ = true;
  Insert({{"driver", "throttle"}, {"throttle-group", limits_}, {"file", node_}},
         deadline);
}

void DiskFilter::Insert(const Json& node, Deadline deadline) {
  Json named = node;
  named["node-name"] = filter_node_;
  machine_.qmp()->Execute("blockdev-add", named, deadline);
  has_node_ = true;
  in_place_ = true;
  PutUnderDevice(filter_node_, deadline);
}

void DiskFilter::PutUnderDevice(const std::string& node, Deadline deadline) {
  machine_.qmp()->Execute(
      "qom-set",
      {{"path", fmt::format("/machine/peripheral/{}", device_)},
       {"property", "drive"},
       {"value", node}},
      deadline);
}

}  // namespace faultline
