#include "faultline/check/linearizability.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <exception>
#include <functional>
#include <mutex>
#include <stdexcept>
#include <thread>

#include "faultline/check/core.h"
#include "faultline/check/decide.h"
#include "faultline/check/judged.h"

namespace faultline {
namespace {

using internal::Budget;
using internal::Decision;
using internal::Part;
using Clock = std::chrono::steady_clock;

std::size_t CountThreads(int threads) {
  if (threads > 0) return static_cast<std::size_t>(threads);
  return std::max<std::size_t>(1, std::thread::hardware_concurrency());
}

// Calls work(0 .. count-1), each once, on several threads. Rethrows the first
// exception after all have ended.
void ForEach(std::size_t count, int threads,
             const std::function<void(std::size_t)>& work) {
  std::atomic<std::size_t> next = 0;
  std::exception_ptr first;
  std::mutex mutex;
  const auto run = [&] {
    try {
      for (std::size_t i = next++; i < count; i = next++) work(i);
    } catch (...) {
      const std::lock_guard lock(mutex);
      if (!first) first = std::current_exception();
      next = count;
    }
  };
  const std::size_t wanted = CountThreads(threads);
  {
    std::vector<std::jthread> helpers;
    for (std::size_t i = 1; i < std::min(wanted, count); ++i) {
      helpers.emplace_back(run);
    }
    run();
  }
  if (first) std::rethrow_exception(first);
}

std::string WhyStopped(Budget::Stop stop, const CheckOptions& options) {
  switch (stop) {
    case Budget::Stop::kTime:
      return fmt::format("the time budget of {} ms is used up",
                         options.time.count());
    case Budget::Stop::kMemory:
      return fmt::format("the memory budget of {} MiB is used up",
                         options.memory_bytes >> 20);
    case Budget::Stop::kCancelled:
      return "stopped when another key was found violated";
    case Budget::Stop::kNone:
      break;
  }
  return "";
}

// Every violated key; they share the time.
void Explain(const Model& model, const CheckOptions& options,
             const std::vector<Part>& parts, LinearizabilityVerdict& verdict) {
  const Clock::time_point began = Clock::now();
  std::vector<std::size_t> violated;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    if (verdict.keys[i].judgement == Judgement::kViolated) {
      violated.push_back(i);
    }
  }
  const Clock::time_point deadline = began + options.explain_time;
  const std::size_t threads = CountThreads(options.threads);
  ForEach(violated.size(), options.threads, [&](std::size_t each) {
    const std::size_t i = violated[each];
    // What is left is shared with those that no thread has begun.
    const auto rounds =
        static_cast<std::int64_t>((violated.size() - each - 1) / threads + 1);
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        (deadline - Clock::now()) / rounds);
    if (left.count() <= 0) return;
    internal::ExplainViolation(model, parts[i], options.initial, left,
                               options.memory_bytes, verdict.keys[i]);
  });
  verdict.explained_in = Clock::now() - began;
}

// One run of the checker.
class Check {
 public:
  Check(const History& history, const Model& model,
        const CheckOptions& options);

  LinearizabilityVerdict Run();

 private:
  void DecidePart(std::size_t i);
  bool AnyAcknowledged() const;
  void SumUp();

  const History& history_;
  const Model& model_;
  const CheckOptions& options_;
  const Clock::time_point began_ = Clock::now();
  Budget budget_;
  const std::vector<Part> parts_;
  LinearizabilityVerdict verdict_;
};

Check::Check(const History& history, const Model& model,
             const CheckOptions& options)
    : history_(history),
      model_(model),
      options_(options),
      budget_(options.time, options.memory_bytes),
      parts_(internal::SplitIntoParts(history, model, options.fail)) {
  verdict_.model = model.name();
  verdict_.keys.resize(parts_.size());
}

void Check::DecidePart(std::size_t i) {
  const Part& part = parts_[i];
  KeyVerdict& key = verdict_.keys[i];
  key.key = part.key;
  key.operations = static_cast<std::int64_t>(part.operations.size());
  Decision decision;
  decision.stopped = budget_.Check();
  if (decision.stopped == Budget::Stop::kNone) {
    decision =
        internal::Decide(model_, part.operations, options_.initial, budget_);
  }
  key.judgement = decision.judgement;
  key.method = decision.method;
  key.order = std::move(decision.order);
  key.blocked = decision.blocked;
  key.states = decision.states;
  key.reason = WhyStopped(decision.stopped, options_);
  if (key.judgement == Judgement::kViolated && !options_.decide_every_key) {
    budget_.Cancel();
  }
}

bool Check::AnyAcknowledged() const {
  return std::any_of(history_.operations.begin(), history_.operations.end(),
                     [](const Operation& operation) {
                       return operation.outcome == Outcome::kOk;
                     });
}

void Check::SumUp() {
  verdict_.judgement = Judgement::kHolds;
  for (const KeyVerdict& key : verdict_.keys) {
    verdict_.operations += key.operations;
    verdict_.states += key.states;
    if (key.judgement == Judgement::kViolated) {
      verdict_.judgement = Judgement::kViolated;
    } else if (key.judgement == Judgement::kUnknown &&
               verdict_.judgement == Judgement::kHolds) {
      verdict_.judgement = Judgement::kUnknown;
      verdict_.reason = key.key.empty()
                            ? key.reason
                            : fmt::format("key {}: {}", key.key, key.reason);
    }
  }
  if (verdict_.judgement == Judgement::kViolated) verdict_.reason.clear();
  if (verdict_.judgement == Judgement::kHolds && !AnyAcknowledged()) {
    verdict_.judgement = Judgement::kUnknown;
    verdict_.reason = "no operation was acknowledged";
  }
}

LinearizabilityVerdict Check::Run() {
  ForEach(parts_.size(), options_.threads,
          [this](std::size_t i) { DecidePart(i); });
  SumUp();
  verdict_.decided_in = Clock::now() - began_;
  if (options_.explain) Explain(model_, options_, parts_, verdict_);
  return std::move(verdict_);
}

}  // namespace

const char* ToText(Method method) {
  return method == Method::kUniqueValues ? "unique values" : "search";
}

const KeyVerdict* LinearizabilityVerdict::Violation() const {
  const auto violations = Violations();
  return violations.empty() ? nullptr : violations.front();
}

std::vector<const KeyVerdict*> LinearizabilityVerdict::Violations() const {
  std::vector<const KeyVerdict*> violations;
  for (const KeyVerdict& key : keys) {
    if (key.judgement == Judgement::kViolated) violations.push_back(&key);
  }
  return violations;
}

void ExplainViolations(const History& history, const Model& model,
                       const CheckOptions& options,
                       LinearizabilityVerdict& verdict) {
  const std::vector<Part> parts =
      internal::SplitIntoParts(history, model, options.fail);
  const bool same = std::equal(
      parts.begin(), parts.end(), verdict.keys.begin(), verdict.keys.end(),
      [](const Part& part, const KeyVerdict& key) {
        return part.key == key.key &&
               static_cast<std::int64_t>(part.operations.size()) ==
                   key.operations;
      });
  if (!same) {
    throw std::logic_error(
        "ExplainViolations: the verdict is of another history");
  }
  Explain(model, options, parts, verdict);
}

LinearizabilityVerdict CheckLinearizability(const History& history,
                                            const Model& model,
                                            const CheckOptions& options) {
  return Check(history, model, options).Run();
}

LinearizabilityVerdict CheckLinearizability(const History& history,
                                            const std::string& model_name,
                                            const CheckOptions& options) {
  return CheckLinearizability(history, FindModel(model_name), options);
}

}  // namespace faultline
