#include "faultline/workload/kv/set_client.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

namespace faultline::internal {
namespace {

// A read is small as long as the sets are.
constexpr std::size_t kMostOwnElements = 8;

// Each element is added once, so both are idempotent.
std::vector<std::string> Changed(std::vector<std::string> elements,
                                 const Operation& operation) {
  std::erase(elements, *operation.value);
  if (operation.kind == OperationKind::kAdd) {
    elements.push_back(*operation.value);
  }
  return elements;
}

}  // namespace

std::vector<std::string> ElementsOf(const std::optional<std::string>& value) {
  if (!value) return {};
  const auto list = nlohmann::json::parse(*value, nullptr, false);
  const bool strings =
      list.is_array() && std::ranges::all_of(list, [](const auto& element) {
        return element.is_string();
      });
  if (!strings) return {*value};
  return list.get<std::vector<std::string>>();
}

Operation SetClient::Next() {
  Operation operation;
  if (random().Fraction() < traffic().read_share) {
    operation.key = fmt::format("s{}", 1 + random().Below(traffic().keys));
    return operation;
  }
  const int own = static_cast<int>(mine_.size());
  const bool full = mine_.size() >= kMostOwnElements;
  if (own > 0 && (full || random().Below(3) == 0)) {
    const Element& element =
        mine_[static_cast<std::size_t>(random().Below(own))];
    operation.kind = OperationKind::kRemove;
    operation.key = element.key;
    operation.value = element.value;
    return operation;
  }
  operation.kind = OperationKind::kAdd;
  operation.key = fmt::format("s{}", 1 + random().Below(traffic().keys));
  operation.value = FreshValue();
  return operation;
}

void SetClient::Send(Operation& operation, StoreClient& connection,
                     Deadline deadline) {
  const StoreReply seen =
      connection.Get(operation.key, ReadMode::kLinearizable, deadline);
  TakeReply(operation, seen);
  if (operation.kind == OperationKind::kRead) {
    if (operation.outcome == Outcome::kOk)
      operation.elements = ElementsOf(seen.value);
    return;
  }
  if (operation.outcome != Outcome::kOk) {
    operation.outcome = Outcome::kFail;  // nothing was sent that changes it
    return;
  }
  const std::vector<std::string> elements = ElementsOf(seen.value);
  const std::vector<std::string> changed = Changed(elements, operation);
  if (changed == elements) return;  // removed what was not there
  TakeReply(operation,
            connection.CompareAndSet(operation.key, seen.value,
                                     nlohmann::json(changed).dump(), deadline));
}

void SetClient::Completed(const Operation& operation) {
  if (operation.outcome == Outcome::kFail || !operation.value) return;
  std::erase_if(mine_, [&](const Element& element) {
    return element.value == *operation.value;
  });
  if (operation.kind == OperationKind::kAdd) {
    mine_.push_back({operation.key, *operation.value});
  }
}

}  // namespace faultline::internal
