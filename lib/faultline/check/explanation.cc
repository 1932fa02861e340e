#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "faultline/check/describe.h"
#include "faultline/check/linearizability.h"

namespace faultline {
namespace {

using internal::Describe;
using internal::InvokedAt;
using internal::Location;

constexpr std::size_t kMostColumns = 100;
constexpr std::size_t kMostLine = 200;
constexpr std::size_t kBarColumns = 48;
constexpr std::size_t kMostBars = 10;
constexpr std::size_t kMostKeys = 10;

std::string Cut(std::string line, std::size_t columns = kMostColumns) {
  if (line.size() <= columns) return line;
  line.resize(columns - 3);
  return line + "...";
}

std::string Of(const std::optional<std::string>& value) {
  return Cut(value.value_or("absent"), 24);
}

// "cas 1 -> 2"
std::string Brief(const Operation& operation) {
  std::string text = FunctionOf(operation);
  if (operation.outcome == Outcome::kFail) text += " failed";
  if (operation.kind == OperationKind::kCompareAndSet) {
    return text + " " + Of(operation.expected) + " -> " + Of(operation.value);
  }
  if (operation.kind == OperationKind::kTransaction) {
    for (const Access& access : operation.accesses) {
      text += fmt::format(" {}{}={}", access.write ? "w:" : "r:", access.key,
                          Of(access.value));
    }
    return text;
  }
  if (operation.call) {
    return fmt::format("{} {} -> {}", text, Cut(operation.call->input, 24),
                       Cut(operation.call->output, 24));
  }
  if (!operation.elements.empty()) {
    return fmt::format("{} {{{}}}", text, fmt::join(operation.elements, " "));
  }
  const bool answers = operation.kind == OperationKind::kRead ||
                       operation.kind == OperationKind::kDequeue;
  if (answers || operation.value) text += " " + Of(operation.value);
  return text;
}

// Explains one violated key.
class Explanation {
 public:
  Explanation(const History& history, const Model& model,
              const CheckOptions& options, const KeyVerdict& key)
      : history_(history), model_(model), options_(options), key_(key) {}

  std::vector<std::string> Lines() const;

 private:
  const Operation& At(std::size_t index) const {
    return history_.operations[index];
  }
  std::string WithInvocation(const Operation& operation) const;
  std::size_t LastOfCore() const;
  const Operation* Opponent(const Operation& last) const;
  void AddContradiction(std::vector<std::string>& lines) const;
  void AddBars(std::vector<std::string>& lines) const;
  void AddLongest(std::vector<std::string>& lines) const;
  std::string StateAfterLongest() const;

  const History& history_;
  const Model& model_;
  const CheckOptions& options_;
  const KeyVerdict& key_;
};

// "process 2 read key=k1 value=1 acknowledged at 1.500 s [h.edn:7,8] (invoked
// at 1.400 s)"
std::string Explanation::WithInvocation(const Operation& operation) const {
  return fmt::format("{} ({})", Describe(history_, operation),
                     InvokedAt(history_, operation));
}

// An observation if there is one (it shows what should not be), else any; the
// one that ended last.
std::size_t Explanation::LastOfCore() const {
  const auto weight = [this](std::size_t index) {
    const Operation& operation = At(index);
    const bool shows = operation.kind == OperationKind::kRead ||
                       operation.kind == OperationKind::kDequeue ||
                       operation.outcome == Outcome::kFail;
    return std::pair(shows, operation.completed_ns);
  };
  return *std::max_element(
      key_.core.begin(), key_.core.end(),
      [&](std::size_t a, std::size_t b) { return weight(a) < weight(b); });
}

// What `last` cannot come after and yet has to: the operation of the core that
// completed last before it was invoked (and does not itself account for what it
// shows); without any, the one that completed last of all others.
const Operation* Explanation::Opponent(const Operation& last) const {
  const Operation* opponent = nullptr;
  const auto weight = [&](const Operation& operation) {
    return std::tuple(operation.completed_ns < last.invoked_ns,
                      operation.value != last.value, operation.completed_ns);
  };
  for (const std::size_t index : key_.core) {
    const Operation& operation = At(index);
    if (&operation == &last) continue;
    if (opponent == nullptr || weight(*opponent) < weight(operation)) {
      opponent = &operation;
    }
  }
  return opponent;
}

void Explanation::AddContradiction(std::vector<std::string>& lines) const {
  if (key_.core.empty()) return;
  const Operation& last = At(LastOfCore());
  lines.push_back("  " + WithInvocation(last));
  const Operation* opponent = Opponent(last);
  if (opponent == nullptr) {
    lines.emplace_back("is impossible whatever the outcome of all others.");
    return;
  }
  lines.emplace_back(key_.core.size() == 2
                         ? "contradicts"
                         : "contradicts, with the others below,");
  lines.push_back("  " + WithInvocation(*opponent) +
                  (opponent->completed_ns < last.invoked_ns
                       ? ", which had ended before"
                       : ""));
}

// A bar an operation, from invocation to completion, in the order of events.
void Explanation::AddBars(std::vector<std::string>& lines) const {
  std::vector<std::int64_t> times;
  const std::size_t shown = std::min(key_.core.size(), kMostBars);
  for (std::size_t i = 0; i < shown; ++i) {
    times.push_back(At(key_.core[i]).invoked_ns);
    times.push_back(At(key_.core[i]).completed_ns);
  }
  std::sort(times.begin(), times.end());
  times.erase(std::unique(times.begin(), times.end()), times.end());
  const std::size_t steps = std::max<std::size_t>(times.size() - 1, 1);
  const auto column = [&](std::int64_t time) {
    const auto rank = std::lower_bound(times.begin(), times.end(), time);
    return static_cast<std::size_t>(rank - times.begin()) * (kBarColumns - 1) /
           steps;
  };
  for (std::size_t i = 0; i < shown; ++i) {
    const Operation& operation = At(key_.core[i]);
    std::string bar(kBarColumns, ' ');
    const std::size_t begin = column(operation.invoked_ns);
    const std::size_t end = column(operation.completed_ns);
    std::fill(bar.begin() + static_cast<std::ptrdiff_t>(begin),
              bar.begin() + static_cast<std::ptrdiff_t>(end) + 1, '=');
    bar[begin] = '[';
    bar[end] = begin == end ? '|' : ']';
    lines.push_back(fmt::format("  {}  process {}: {}{}", bar,
                                operation.process, Brief(operation),
                                Location(history_, operation)));
  }
  if (shown < key_.core.size()) {
    lines.push_back(fmt::format("  and {} more", key_.core.size() - shown));
  }
}

std::string Explanation::StateAfterLongest() const {
  const auto states = model_.States({}, options_.initial);
  std::int32_t state = states->Initial();
  for (const std::size_t index : key_.order) {
    state = states->Step(state, At(index));
    if (state == internal::StateSpace::kImpossible) return "?";
    if (states->count() > 1024) state = states->KeepOnly(state);
  }
  return states->Text(state);
}

void Explanation::AddLongest(std::vector<std::string>& lines) const {
  if (!key_.blocked) return;
  lines.push_back(fmt::format(
      "Longest partial linearization: {} of {} operations, the state is then {}"
      ";",
      key_.order.size(), key_.operations, Cut(StateAfterLongest(), 40)));
  if (!key_.order.empty()) {
    lines.push_back("  its last: " + Describe(history_, At(key_.order.back())));
  }
  lines.push_back("  no order places: " + WithInvocation(At(*key_.blocked)));
}

std::vector<std::string> Explanation::Lines() const {
  std::vector<std::string> lines;
  AddContradiction(lines);
  if (!key_.core.empty()) {
    lines.push_back(fmt::format(
        "{} of {} operations cannot all be right{}:", key_.core.size(),
        key_.operations,
        key_.core_is_minimal ? "; with any one of these forgotten, the rest can"
                             : " (there may be fewer: the budget ended)"));
    AddBars(lines);
  }
  AddLongest(lines);
  for (std::string& line : lines) line = Cut(std::move(line), kMostLine);
  return lines;
}

// All violated keys by name; the history of one object without a name has none.
std::string Headline(const std::vector<const KeyVerdict*>& violations,
                     const std::string& model) {
  if (violations.size() > 1) {
    std::vector<std::string_view> keys;
    for (const KeyVerdict* key : violations) keys.push_back(key->key);
    return fmt::format("violated: {} keys are not linearizable as a {}: {}",
                       keys.size(), model, fmt::join(keys, ", "));
  }
  const std::string& key = violations.front()->key;
  return fmt::format("violated: {} is not linearizable as a {}",
                     key.empty() ? "the history" : "key " + key, model);
}

std::string Counts(const LinearizabilityVerdict& verdict) {
  const auto unique = std::count_if(
      verdict.keys.begin(), verdict.keys.end(), [](const KeyVerdict& key) {
        return key.method == Method::kUniqueValues;
      });
  return fmt::format(
      "{} operations of {} keys as {}, {} keys by unique values, {} by search "
      "({} states), {}",
      verdict.operations, verdict.keys.size(), verdict.model, unique,
      verdict.keys.size() - static_cast<std::size_t>(unique), verdict.states,
      internal::TimeText(verdict.decided_in.count()));
}

std::vector<std::string> ExplanationLines(
    const History& history, const Model& model, const CheckOptions& options,
    const LinearizabilityVerdict& verdict) {
  const auto violations = verdict.Violations();
  if (!violations.empty()) {
    std::vector<std::string> lines = {Headline(violations, model.name())};
    const std::size_t most = options.decide_every_key ? kMostKeys : 1;
    for (std::size_t i = 0; i < violations.size(); ++i) {
      if (i == most) {
        lines.push_back(fmt::format("and {} more keys", violations.size() - i));
        break;
      }
      const KeyVerdict* key = violations[i];
      if (violations.size() > 1) lines.push_back("key " + key->key + ":");
      const auto of_key = Explanation(history, model, options, *key).Lines();
      lines.insert(lines.end(), of_key.begin(), of_key.end());
    }
    return lines;
  }
  if (verdict.judgement == Judgement::kUnknown) {
    return {"unknown: " + verdict.reason, "  " + Counts(verdict)};
  }
  return {"holds: " + Counts(verdict)};
}

}  // namespace

std::string Explain(const History& history, const Model& model,
                    const CheckOptions& options,
                    const LinearizabilityVerdict& verdict) {
  return fmt::format(
      "{}\n",
      fmt::join(ExplanationLines(history, model, options, verdict), "\n"));
}

Verdict Summarize(const History& history, const Model& model,
                  const CheckOptions& options,
                  const LinearizabilityVerdict& verdict) {
  return {verdict.judgement, "linearizable as a " + model.name(),
          ExplanationLines(history, model, options, verdict)};
}

}  // namespace faultline
