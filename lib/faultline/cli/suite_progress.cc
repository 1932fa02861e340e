#include "faultline/cli/suite_progress.h"

#include <fmt/format.h>

#include <algorithm>
#include <regex>

namespace faultline {
namespace {

using Clock = std::chrono::steady_clock;

double SecondsSince(Clock::time_point since) {
  return std::chrono::duration<double>(Clock::now() - since).count();
}

// "T040.S2.ChainFire.LeaderKilled" is "ChainFire.LeaderKilled" on a line that
// has little room.
std::string ShortName(const std::string& name) {
  std::size_t dot = name.find('.');
  if (dot != std::string::npos) dot = name.find('.', dot + 1);
  return dot == std::string::npos || name.find('.', dot + 1) == name.npos
             ? name
             : name.substr(dot + 1);
}

// What builds an image before the scenarios is none.
bool IsImage(const std::string& name) {
  return name.starts_with("guest_image");
}

}  // namespace

SuiteProgress::SuiteProgress(
    Progress& progress, RunTime times, std::size_t total,
    std::filesystem::path runs, std::string id,
    std::function<std::string(const std::string&)> status)
    : progress_(progress),
      times_(std::move(times)),
      total_(total),
      runs_(std::move(runs)),
      id_(std::move(id)),
      status_(std::move(status)) {}

void SuiteProgress::OnLine(const std::string& line) {
  static const std::regex kStart(R"(^\s+Start\s+\d+: (\S+))");
  static const std::regex kEnd(
      R"(^\s*(?:\d+/\d+)? Test\s+#\d+: (\S+) \.*\s*(\**\w+(?: \w+)?)\s+([\d.]+) sec)");
  static const std::regex kNoise(
      R"(^(Internal ctest|Test project|\s*$|Label Time|\d+% tests|Total Test).*)");
  std::smatch match;
  if (line.empty()) return Show();
  if (std::regex_search(line, match, kStart)) return Started(match[1]);
  if (std::regex_search(line, match, kEnd))
    return Ended(match[1], match[2], match[3]);
  if (in_summary_ || std::regex_match(line, kNoise)) {
    in_summary_ = in_summary_ || line.find("tests passed") != line.npos;
    return;
  }
  progress_.Print(line);
}

void SuiteProgress::Started(const std::string& name) {
  if (IsImage(name)) return;
  running_.insert_or_assign(name,
                            Running{.phase = ScenarioPhase(runs_ / name, id_),
                                    .since = Clock::now(),
                                    .shown = ""});
  Show();
}

void SuiteProgress::Ended(const std::string& name, const std::string& outcome,
                          const std::string& seconds) {
  running_.erase(name);
  if (IsImage(name)) return;
  ended_[name] = true;
  const bool recorded = outcome == "Passed" || outcome.ends_with("Skipped");
  progress_.Print(fmt::format("[{}/{}] {} {} ({} s)", ended_.size(), total_,
                              name, recorded ? status_(name) : outcome,
                              seconds));
}

double SuiteProgress::SecondsSpent() const {
  double spent = 0;
  for (const auto& [name, running] : running_)
    spent = std::max(
        spent, std::min(SecondsSince(running.since), times_.TypicalOf(name)));
  return spent;
}

std::string SuiteProgress::Describe(const std::string& name,
                                    Running& running) const {
  const double typical = times_.TypicalOf(name);
  return fmt::format(
      "{}: {}, {:.0f}{} s", ShortName(name), running.phase.Now(),
      SecondsSince(running.since),
      typical > 0 ? fmt::format(" of about {:.0f}", typical) : "");
}

void SuiteProgress::Show() {
  if (!progress_.IsTerminal()) {
    for (auto& [name, running] : running_) {
      const std::string phase = running.phase.Now();
      if (phase == running.shown) continue;
      running.shown = phase;
      progress_.Print(fmt::format("  {}: {} ({:.0f} s)", name, phase,
                                  SecondsSince(running.since)));
    }
    return;
  }
  std::string line =
      fmt::format("[{}/{}] ", std::min(ended_.size() + 1, total_), total_);
  const double rest = times_.Rest(ended_, SecondsSpent());
  if (rest > 0) line += AboutText(rest) + " to go";
  for (auto& [name, running] : running_) line += "; " + Describe(name, running);
  progress_.StatusLine(line);
}

}  // namespace faultline
