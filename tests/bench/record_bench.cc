// What recording costs an operation: its invocation and its completion,
// recorded by several threads into one history. Prints JSON.
//   record_bench [threads] [operations of a thread]
#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <string>
#include <thread>
#include <vector>

#include "faultline/history/recorder.h"

namespace faultline {
namespace {

using Clock = std::chrono::steady_clock;

double ProcessorSeconds() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) +
           static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(used.ru_utime) + seconds(used.ru_stime);
}

// Half writes, half reads, as a workload has them; returns what each cost.
std::vector<double> RecordOperations(Recorder& recorder, int count) {
  std::vector<double> microseconds;
  microseconds.reserve(static_cast<std::size_t>(count));
  const int process = recorder.NewProcess();
  for (int i = 0; i < count; ++i) {
    Operation operation;
    operation.process = process;
    operation.key = "k1";
    operation.kind = i % 2 == 0 ? OperationKind::kWrite : OperationKind::kRead;
    operation.value = "c1-" + std::to_string(i);
    const auto begun = Clock::now();
    const std::int64_t token = recorder.Invoke(operation);
    operation.outcome = Outcome::kOk;
    operation.revision = i + 2;
    recorder.Complete(token, operation);
    microseconds.push_back(
        std::chrono::duration<double, std::micro>(Clock::now() - begun)
            .count());
  }
  return microseconds;
}

double Percentile(const std::vector<double>& sorted, double share) {
  const auto last = static_cast<double>(sorted.size() - 1);
  return sorted[static_cast<std::size_t>(share * last)];
}

void Measure(const std::filesystem::path& file, int threads, int count) {
  std::vector<std::vector<double>> costs(static_cast<std::size_t>(threads));
  Recorder recorder(file, {});
  const double processor = ProcessorSeconds();
  const auto begun = Clock::now();
  {
    std::vector<std::jthread> clients;
    for (std::vector<double>& cost : costs) {
      clients.emplace_back([&] { cost = RecordOperations(recorder, count); });
    }
  }
  const double wall =
      std::chrono::duration<double>(Clock::now() - begun).count();
  std::vector<double> all;
  for (const auto& cost : costs)
    all.insert(all.end(), cost.begin(), cost.end());
  std::sort(all.begin(), all.end());
  const auto operations = static_cast<double>(all.size());
  std::cout << fmt::format(
      "{{\"threads\":{},\"operations\":{},\"wall_us_per_operation\":{:.3f},"
      "\"processor_us_per_operation\":{:.3f},\"call_us_median\":{:.3f},"
      "\"call_us_p99\":{:.3f},\"call_us_max\":{:.1f}}}\n",
      threads, all.size(), wall * 1e6 / operations,
      (ProcessorSeconds() - processor) * 1e6 / operations, Percentile(all, 0.5),
      Percentile(all, 0.99), all.back());
}

}  // namespace
}  // namespace faultline

int main(int argc, char** argv) {
  const int threads = argc > 1 ? std::atoi(argv[1]) : 8;
  const int count = argc > 2 ? std::atoi(argv[2]) : 100000;
  std::string directory =
      (std::filesystem::temp_directory_path() / "record-bench.XXXXXX").string();
  if (threads < 1 || count < 1 || ::mkdtemp(directory.data()) == nullptr) {
    std::cerr << "usage: record_bench [threads] [operations of a thread]\n";
    return 2;
  }
  faultline::Measure(std::filesystem::path(directory) / "history.jsonl",
                     threads, count);
  std::filesystem::remove_all(directory);
  return 0;
}
