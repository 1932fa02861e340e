#include "faultline/workload/retry/attempt_recorder.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

namespace faultline {
namespace {

using Json = nlohmann::json;

constexpr std::int64_t kSecond = 1'000'000'000;

std::string Line(const AttemptRecord& attempt) {
  Json json = {{"type", "attempt"},
               {"request", attempt.request},
               {"what", attempt.what},
               {"number", attempt.number},
               {"node", attempt.node},
               {"time", attempt.at_ns},
               {"took", attempt.took_ns},
               {"paused", attempt.paused_ns},
               {"outcome", ToText(attempt.outcome)}};
  if (!attempt.error.empty()) json["error"] = attempt.error;
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::int64_t MostInASecond(const std::vector<AttemptRecord>& by_time) {
  std::size_t first = 0;
  std::size_t most = 0;
  for (std::size_t last = 0; last < by_time.size(); ++last) {
    while (by_time[last].at_ns - by_time[first].at_ns >= kSecond) ++first;
    most = std::max(most, last - first + 1);
  }
  return static_cast<std::int64_t>(most);
}

struct Request {
  std::int64_t attempts = 0;
  bool succeeded = false;
};

}  // namespace

RetryCounts CountRetries(std::vector<AttemptRecord> attempts) {
  std::ranges::sort(attempts, {}, &AttemptRecord::at_ns);
  RetryCounts counts{.most_a_second = MostInASecond(attempts)};
  std::map<std::string, Request> requests;
  for (const AttemptRecord& attempt : attempts) {
    Request& request = requests[attempt.request];
    ++request.attempts;
    ++counts.attempts;
    request.succeeded |= attempt.outcome == Outcome::kOk;
    counts.longest_pause_ns =
        std::max(counts.longest_pause_ns, attempt.paused_ns);
  }
  for (const auto& [name, request] : requests) {
    ++counts.requests;
    counts.most_attempts = std::max(counts.most_attempts, request.attempts);
    if (request.attempts == 1) continue;
    ++counts.retried;
    if (!request.succeeded) continue;
    ++counts.recovered;
    counts.retries_of_recovered += request.attempts - 1;
  }
  return counts;
}

std::string ToText(const RetryCounts& counts) {
  const double each = counts.recovered == 0
                          ? 0
                          : static_cast<double>(counts.retries_of_recovered) /
                                static_cast<double>(counts.recovered);
  return fmt::format(
      "{} requests, {} attempts, {} retried, {} recovered by {:.1f} retries "
      "each, at most {} attempts, {} attempts a second, pauses up to {}",
      counts.requests, counts.attempts, counts.retried, counts.recovered, each,
      counts.most_attempts, counts.most_a_second,
      ToText(Duration(counts.longest_pause_ns)));
}

void AttemptRecorder::Add(AttemptRecord attempt) {
  const std::lock_guard lock(mutex_);
  file_.Append(Line(attempt));
  attempts_.push_back(std::move(attempt));
}

std::vector<AttemptRecord> AttemptRecorder::Snapshot() const {
  const std::lock_guard lock(mutex_);
  return attempts_;
}

}  // namespace faultline
