#include "faultline/check/recency.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "faultline/check/describe.h"

namespace faultline {
namespace {

using internal::Describe;
using internal::Evidence;
using internal::Inconclusive;

constexpr char kProperty[] = "no read is stale";

// All that changes one key. Sorted by completion, each change carries the
// latest invocation of any acknowledged change completed up to it, so that one
// binary search finds whether a value was certainly overwritten.
class KeyChanges {
 public:
  // False if another operation wrote this value.
  bool Add(const Operation& change);
  void Seal();

  const Operation* WriterOf(const std::string& value) const;
  // The change invoked last among those acknowledged before `before_ns`.
  const Operation* LastAcknowledgedBefore(std::int64_t before_ns) const;
  bool may_be_deleted() const { return may_be_deleted_; }

 private:
  struct Step {
    std::int64_t completed_ns;
    const Operation* last_invoked;
  };

  std::unordered_map<std::string, const Operation*> writers_;
  std::vector<Step> acknowledged_;
  bool may_be_deleted_ = false;
};

bool KeyChanges::Add(const Operation& change) {
  if (change.outcome == Outcome::kOk) {
    acknowledged_.push_back({change.completed_ns, &change});
  }
  if (!Writes(change.kind)) {
    may_be_deleted_ = may_be_deleted_ || change.outcome != Outcome::kFail;
    return true;
  }
  return writers_.try_emplace(*change.value, &change).second;
}

void KeyChanges::Seal() {
  std::sort(acknowledged_.begin(), acknowledged_.end(),
            [](const Step& a, const Step& b) {
              return a.completed_ns < b.completed_ns;
            });
  const Operation* last = nullptr;
  for (Step& step : acknowledged_) {
    if (last != nullptr && last->invoked_ns > step.last_invoked->invoked_ns) {
      step.last_invoked = last;
    }
    last = step.last_invoked;
  }
}

const Operation* KeyChanges::WriterOf(const std::string& value) const {
  const auto found = writers_.find(value);
  return found == writers_.end() ? nullptr : found->second;
}

const Operation* KeyChanges::LastAcknowledgedBefore(
    std::int64_t before_ns) const {
  const auto next = std::partition_point(
      acknowledged_.begin(), acknowledged_.end(),
      [=](const Step& step) { return step.completed_ns < before_ns; });
  return next == acknowledged_.begin() ? nullptr
                                       : std::prev(next)->last_invoked;
}

// Why `read` cannot be; empty if it can.
std::string Complaint(const History& history, const Operation& read,
                      const KeyChanges& changes) {
  const Operation* last = changes.LastAcknowledgedBefore(read.invoked_ns);
  if (!read.value) {
    if (last == nullptr || changes.may_be_deleted()) return {};
    return "although before it " + Describe(history, *last);
  }
  const Operation* writer = changes.WriterOf(*read.value);
  if (writer == nullptr) return "which nobody wrote";
  if (writer->outcome == Outcome::kFail)
    return "although " + Describe(history, *writer);
  if (writer->invoked_ns >= read.completed_ns) {
    return "before it was written: " + Describe(history, *writer);
  }
  const bool overwritten = last != nullptr && writer->outcome == Outcome::kOk &&
                           writer->completed_ns < last->invoked_ns;
  return overwritten
             ? "overwritten before the read began: " + Describe(history, *last)
             : "";
}

}  // namespace

Verdict CheckReadRecency(const History& history) {
  std::map<std::string, KeyChanges> keys;
  for (const Operation& operation : history.operations) {
    if (operation.kind == OperationKind::kRead) continue;
    if (!keys[operation.key].Add(operation)) {
      return Inconclusive(
          kProperty, "needs unique values: " + Describe(history, operation) +
                         ", as another operation did");
    }
  }
  for (auto& [key, changes] : keys) changes.Seal();
  Evidence evidence;
  std::int64_t reads = 0;
  for (const Operation& read : history.operations) {
    if (read.kind != OperationKind::kRead || read.outcome != Outcome::kOk) {
      continue;
    }
    ++reads;
    const std::string complaint = Complaint(history, read, keys[read.key]);
    if (complaint.empty()) continue;
    evidence.Add(fmt::format("{} ({}), {}", Describe(history, read),
                             internal::InvokedAt(history, read), complaint));
  }
  if (reads == 0) return Inconclusive(kProperty, "no read was answered");
  return evidence.Judge(kProperty, fmt::format("{} reads", reads));
}

}  // namespace faultline
