// check_bench [unique|cas|map]...: time and memory of the linearizability
// checker, one thread. JSON.
#include <fmt/format.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <functional>
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "faultline/base/error.h"
#include "faultline/check/linearizability.h"
#include "support/simulated_clients.h"

namespace faultline {
namespace {

using Json = nlohmann::json;
using Clock = std::chrono::steady_clock;

double Milliseconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

// Of this thread: what the machine's other work does not disturb (much).
std::chrono::nanoseconds ProcessorTime() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return std::chrono::seconds(now.tv_sec) +
         std::chrono::nanoseconds(now.tv_nsec);
}

struct Timed {
  LinearizabilityVerdict verdict;
  double milliseconds = 0;  // of processor time
};

Timed Check(const History& history, const char* model,
            const CheckOptions& options) {
  const auto begin = ProcessorTime();
  Timed timed{CheckLinearizability(history, model, options)};
  timed.milliseconds = Milliseconds(ProcessorTime() - begin);
  return timed;
}

Json Summary(std::vector<double> values) {
  if (values.empty()) return nullptr;
  std::sort(values.begin(), values.end());
  return {{"count", values.size()},
          {"min", values.front()},
          {"median", values[values.size() / 2]},
          {"p99", values[values.size() * 99 / 100]},
          {"max", values.back()}};
}

double PeakMib() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) / 1024;
}

// Runs the measurement in a process of its own, so that its peak of memory is
// its own too.
Json InChild(const std::function<Json()>& measure) {
  int ends[2];
  if (::pipe(ends) != 0) throw Error("check_bench: no pipe");
  const pid_t child = ::fork();
  if (child < 0) throw Error("check_bench: no child process");
  if (child == 0) {
    const std::string text = measure().dump();
    const bool written = ::write(ends[1], text.data(), text.size()) ==
                         static_cast<ssize_t>(text.size());
    ::_exit(written ? 0 : 1);
  }
  ::close(ends[1]);
  std::string text;
  char buffer[4096];
  for (ssize_t got = 0; (got = ::read(ends[0], buffer, sizeof(buffer))) > 0;) {
    text.append(buffer, static_cast<std::size_t>(got));
  }
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  if (status != 0) throw Error("check_bench: a measurement failed");
  return Json::parse(text);
}

CheckOptions OneThread() {
  CheckOptions options;
  options.threads = 1;
  options.explain = false;
  options.decide_every_key = true;
  return options;
}

// A read of the later half answers what a much earlier one did.
void FalsifyLateRead(History& history, std::uint64_t seed) {
  std::vector<std::size_t> reads;
  for (std::size_t i = 0; i < history.operations.size(); ++i) {
    const Operation& operation = history.operations[i];
    if (operation.kind == OperationKind::kRead &&
        operation.outcome == Outcome::kOk) {
      reads.push_back(i);
    }
  }
  const std::size_t late = reads.size() / 2;
  const std::size_t at = late + seed % (reads.size() - late);
  const auto& stale = history.operations[reads[at / 2]].value;
  history.operations[reads[at]].value =
      stale == history.operations[reads[at]].value
          ? history.operations[reads[at / 3]].value
          : stale;
}

Json UniqueOf(std::size_t size) {
  SimulatedTraffic traffic;
  traffic.operations = size;
  traffic.clients = 50;
  History history = SimulatedClients(traffic, 1).Run();
  const double history_mib = PeakMib();
  std::vector<double> times;
  for (int i = 0; i < 5; ++i) {
    const auto verdict = CheckLinearizability(history, "register", OneThread());
    if (verdict.judgement != Judgement::kHolds) throw Error("does not hold");
    times.push_back(Milliseconds(verdict.decided_in));
  }
  const double peak_mib = PeakMib();
  FalsifyLateRead(history, 1);
  CheckOptions options = OneThread();
  options.explain = true;
  const auto violated = CheckLinearizability(history, "register", options);
  if (violated.Violation() == nullptr) throw Error("is not violated");
  return {{"operations", size},
          {"milliseconds", Summary(times)},
          {"violating_milliseconds", Milliseconds(violated.decided_in)},
          {"explaining_milliseconds", Milliseconds(violated.explained_in)},
          {"history_mib", history_mib},
          {"peak_mib", peak_mib}};
}

// The least-squares slope of log(time) over log(size).
double Exponent(const Json& runs) {
  double n = 0, x = 0, y = 0, xx = 0, xy = 0;
  for (const Json& run : runs) {
    const double size = std::log(run["operations"].get<double>());
    const double time = std::log(run["milliseconds"]["min"].get<double>());
    n += 1;
    x += size;
    y += time;
    xx += size * size;
    xy += size * time;
  }
  return (n * xy - x * y) / (n * xx - x * x);
}

Json Unique() {
  Json runs = Json::array();
  for (const std::size_t size : {10'000, 30'000, 100'000, 300'000, 1'000'000}) {
    runs.push_back(InChild([=] { return UniqueOf(size); }));
  }
  return {{"sizes", runs}, {"growth_exponent", Exponent(runs)}};
}

// Exactly 90 operations, of which exactly 19 changes never return: the hardest
// choice, since reads that never return say nothing.
History CasHistory(int clients, std::uint64_t seed) {
  SimulatedTraffic traffic;
  traffic.operations = 90;
  traffic.clients = clients;
  traffic.values = 5;
  traffic.write = 1.0 / 3;
  traffic.compare_and_set = 1.0 / 3;
  traffic.reads_return = true;
  traffic.never_return = 0.32;  // drawn again until they are 19
  for (std::uint64_t draw = 0;; ++draw) {
    History history = SimulatedClients(traffic, seed * 1000 + draw).Run();
    const auto never =
        std::count_if(history.operations.begin(), history.operations.end(),
                      [](const Operation& operation) {
                        return operation.outcome == Outcome::kUnknown;
                      });
    if (never == 19) return history;
  }
}

Json Cas(int clients, FailMeaning fail) {
  std::vector<double> times[3];
  std::vector<double> explanations;
  std::int64_t most_states = 0;
  for (std::uint64_t seed = 0; seed < 1000; ++seed) {
    History history = CasHistory(clients, seed);
    CheckOptions options = OneThread();
    options.fail = fail;
    // First as it is, then with ever more false reads until it is violated.
    for (std::uint64_t falsified = 0; falsified < 30; ++falsified) {
      if (falsified > 0) FalsifyLateRead(history, seed + falsified);
      const auto [verdict, milliseconds] =
          Check(history, "cas-register", options);
      times[static_cast<int>(verdict.judgement)].push_back(milliseconds);
      most_states = std::max(most_states, verdict.states);
      if (verdict.judgement == Judgement::kViolated) break;
    }
    if (seed % 20 != 0) continue;
    options.explain = true;
    explanations.push_back(Milliseconds(
        CheckLinearizability(history, "cas-register", options).explained_in));
  }
  return {{"clients", clients},
          {"fail", fail == FailMeaning::kAbsent ? "absent" : "observed"},
          {"holding", Summary(times[0])},
          {"violating", Summary(times[1])},
          {"undecided", times[2].size()},
          {"most_states", most_states},
          {"explaining", Summary(explanations)},
          {"peak_mib", PeakMib()}};
}

Json Map(bool falsified) {
  std::vector<double> times;
  std::vector<double> explanations;
  std::int64_t most_states = 0;
  std::size_t undecided = 0;
  std::size_t violated = 0;
  for (std::uint64_t seed = 0; seed < 50; ++seed) {
    SimulatedTraffic traffic;
    traffic.operations = 2000;
    traffic.clients = 50;
    traffic.keys = 10;
    traffic.write = 0.05;
    traffic.append = 0.45;
    traffic.erase = 0.02;
    traffic.compare_and_set = 0.02;
    History history = SimulatedClients(traffic, seed).Run();
    for (std::uint64_t i = 0; falsified && i < 5; ++i) {
      FalsifyLateRead(history, seed * 7 + i);
    }
    CheckOptions options = OneThread();
    const auto [verdict, milliseconds] = Check(history, "map", options);
    times.push_back(milliseconds);
    most_states = std::max(most_states, verdict.states);
    for (const KeyVerdict& key : verdict.keys) {
      undecided += key.judgement == Judgement::kUnknown ? 1 : 0;
      violated += key.judgement == Judgement::kViolated ? 1 : 0;
    }
    if (!falsified || seed % 10 != 0) continue;
    options.explain = true;
    explanations.push_back(Milliseconds(
        CheckLinearizability(history, "map", options).explained_in));
  }
  return {{"falsified", falsified},
          {"milliseconds", Summary(times)},
          {"keys_violated", violated},
          {"keys_undecided", undecided},
          {"most_states", most_states},
          {"explaining_every_violated_key", Summary(explanations)},
          {"peak_mib", PeakMib()}};
}

Json Measure(const std::string& name) {
  if (name == "unique") return Unique();
  Json runs = Json::array();
  if (name == "cas") {
    for (const int clients : {5, 10, 20}) {
      for (const FailMeaning fail :
           {FailMeaning::kAbsent, FailMeaning::kObserved}) {
        runs.push_back(InChild([=] { return Cas(clients, fail); }));
      }
    }
    return runs;
  }
  if (name == "map") {
    for (const bool falsified : {false, true}) {
      runs.push_back(InChild([=] { return Map(falsified); }));
    }
    return runs;
  }
  throw UsageError("check_bench: unknown case \"" + name +
                   "\" (unique, cas, map)");
}

}  // namespace
}  // namespace faultline

int main(int argc, char** argv) {
  try {
    std::vector<std::string> names(argv + 1, argv + argc);
    if (names.empty()) names = {"unique", "cas", "map"};
    nlohmann::json all;
    for (const std::string& name : names) all[name] = faultline::Measure(name);
    std::cout << all.dump(2) << "\n";
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
    return 2;
  }
  return 0;
}
