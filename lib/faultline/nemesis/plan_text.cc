#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <regex>

#include "faultline/base/error.h"
#include "faultline/base/files.h"
#include "faultline/nemesis/plan.h"

namespace faultline {
namespace {

using std::chrono::milliseconds;

constexpr int kMostNodes = 64;
// A day: nothing a run could mean, and far from overflow.
constexpr std::int64_t kLongestMs = 86'400'000;

// Reads a plan line by line; every complaint names the line.
class PlanReader {
 public:
  explicit PlanReader(std::string name) : name_(std::move(name)) {}

  void ReadLine(const std::string& whole) {
    ++line_;
    const std::string text = Trimmed(whole.substr(0, whole.find('#')));
    if (text.empty()) return;
    static const std::regex kSetting(R"((nodes|seed)\s+(\S+))");
    static const std::regex kFault(
        R"(at\s+(\d+)\s*ms\s+for\s+(\d+)\s*ms\s*:\s*(.+))");
    std::smatch match;
    if (std::regex_match(text, match, kSetting)) {
      return TakeSetting(match[1], match[2]);
    }
    if (!std::regex_match(text, match, kFault)) {
      Refuse("neither \"nodes N\", \"seed N\" nor \"at N ms for N ms: FAULT\"");
    }
    TakeFault(match[1], match[2], match[3]);
  }

  FaultPlan Finish() {
    if (!has_nodes_) Refuse("no line \"nodes N\"");
    std::ranges::stable_sort(plan_.faults, {}, &PlannedFault::start);
    return std::move(plan_);
  }

 private:
  static std::string Trimmed(const std::string& text) {
    const auto begin = text.find_first_not_of(" \t\r");
    if (begin == std::string::npos) return {};
    return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
  }

  [[noreturn]] void Refuse(const std::string& reason) const {
    throw UsageError(fmt::format("{}:{}: {}", name_, line_, reason));
  }

  std::uint64_t Number(const std::string& text, std::uint64_t most) const {
    std::uint64_t number = 0;
    const char* end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc() || stopped != end || number > most) {
      Refuse(fmt::format("\"{}\" is no number from 0 to {}", text, most));
    }
    return number;
  }

  void TakeSetting(const std::string& setting, const std::string& value) {
    if (!plan_.faults.empty()) Refuse(setting + " comes before all faults");
    if (setting == "seed") {
      plan_.seed = Number(value, UINT64_MAX);
      return;
    }
    plan_.nodes = static_cast<int>(Number(value, kMostNodes));
    if (plan_.nodes < 1) Refuse("a cluster has one node or more");
    has_nodes_ = true;
  }

  milliseconds Milliseconds(const std::string& text) const {
    return milliseconds(static_cast<std::int64_t>(Number(text, kLongestMs)));
  }

  void TakeFault(const std::string& start, const std::string& duration,
                 const std::string& fault) {
    if (!has_nodes_) Refuse("\"nodes N\" comes before all faults");
    try {
      plan_.faults.push_back(
          {Milliseconds(start), Milliseconds(duration), ParseFaultSpec(fault)});
    } catch (const UsageError& error) {
      const std::string reason = error.what();
      if (reason.starts_with(name_ + ":")) throw;
      Refuse(reason);
    }
  }

  const std::string name_;
  int line_ = 0;
  bool has_nodes_ = false;
  FaultPlan plan_;
};

}  // namespace

std::string ToText(const PlannedFault& planned) {
  return fmt::format("at {} ms for {} ms: {}", planned.start.count(),
                     planned.duration.count(), ToText(planned.fault));
}

std::string ToText(const FaultPlan& plan) {
  std::string text = fmt::format("nodes {}\n", plan.nodes);
  if (plan.seed != 0) text += fmt::format("seed {}\n", plan.seed);
  for (const PlannedFault& planned : plan.faults) {
    text += ToText(planned) + "\n";
  }
  return text;
}

FaultPlan ParsePlan(const std::string& text, const std::string& name) {
  PlanReader reader(name);
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    reader.ReadLine(text.substr(begin, end - begin));
    begin = end + 1;
  }
  return reader.Finish();
}

FaultPlan ReadPlan(const std::filesystem::path& file) {
  return ParsePlan(ReadFile(file), file.string());
}

}  // namespace faultline
