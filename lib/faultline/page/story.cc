#include "faultline/page/story.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <functional>
#include <sstream>

#include "faultline/base/error.h"
#include "faultline/base/files.h"
#include "faultline/check/judge_run.h"
#include "faultline/evidence/evidence_files.h"

namespace faultline {
namespace {

namespace fs = std::filesystem;

// More steps than anybody goes through.
constexpr std::size_t kMostSteps = 1000;
constexpr std::size_t kMostContradictions = 20;

// What it cannot read becomes a problem of the story, and no more.
void Try(Story& story, const fs::path& file,
         const std::function<void()>& read) {
  std::error_code none;
  if (!fs::exists(file, none)) return;
  try {
    read();
  } catch (const std::exception& error) {
    const std::string name = file.filename().string();
    const std::string what = error.what();
    story.problems.push_back(what.find(name) != std::string::npos
                                 ? what
                                 : fmt::format("{}: {}", name, what));
  }
}

// "...history.jsonl:17: reason": 17.
std::size_t LineIn(const std::string& message, const std::string& name) {
  const std::size_t at = message.find(name + ":");
  if (at == std::string::npos) return 0;
  const char* begin = message.data() + at + name.size() + 1;
  std::size_t line = 0;
  std::from_chars(begin, message.data() + message.size(), line);
  return line;
}

std::string FirstLines(const std::string& text, std::size_t lines) {
  std::size_t end = 0;
  for (; lines > 0 && end != std::string::npos; --lines) {
    end = text.find('\n', end);
    if (end != std::string::npos) ++end;
  }
  return text.substr(0, end);
}

// Of a damaged file what stands before the damage.
std::shared_ptr<const History> ReadAsFarAsPossible(const fs::path& file,
                                                   Story& story) {
  try {
    return std::make_shared<const History>(ReadHistory(file));
  } catch (const UsageError& error) {
    story.problems.emplace_back(error.what());
    const std::size_t line = LineIn(error.what(), file.filename().string());
    if (line < 2) return nullptr;
    story.problems.push_back(
        fmt::format("history.jsonl: shown up to line {}", line - 1));
    return std::make_shared<const History>(ParseHistory(
        FirstLines(ReadFile(file), line - 1), file.filename().string()));
  }
}

std::vector<fs::path> FilesThatEndIn(const fs::path& directory,
                                     std::string_view ending) {
  std::vector<fs::path> files;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator(directory, none)) {
    if (entry.path().filename().string().ends_with(ending))
      files.push_back(entry.path());
  }
  std::ranges::sort(files);
  return files;
}

void ReadEvidence(Story& story, const fs::path& directory) {
  RunEvidence& evidence = story.evidence;
  const auto file = [&](const char* name) { return directory / name; };
  Try(story, file("history.jsonl"), [&] {
    evidence.history = ReadAsFarAsPossible(file("history.jsonl"), story);
  });
  Try(story, file("trace.jsonl"),
      [&] { evidence.trace = ReadRaftTrace(file("trace.jsonl")); });
  Try(story, file("probes.jsonl"),
      [&] { evidence.probes = ReadProbes(file("probes.jsonl")); });
  Try(story, file("watch.jsonl"),
      [&] { evidence.watches = ReadWatchTrace(file("watch.jsonl")); });
  for (const fs::path& log : FilesThatEndIn(directory, "-commits.jsonl"))
    Try(story, log, [&] { evidence.commits.push_back(ReadCommitLog(log)); });
}

std::optional<std::int64_t> BeganByClockOf(const Story& story,
                                           const std::string& node) {
  if (!story.evidence.history) return std::nullopt;
  const auto began = BeginningOf(story.evidence.history->metadata);
  if (!began) return std::nullopt;
  if (!story.report) return began;
  const auto& facts = story.report->facts;
  const auto ahead = facts.find(ClockFact(node));
  if (ahead == facts.end()) return began;
  return *began + std::strtoll(ahead->second.c_str(), nullptr, 10);
}

void ReadJournals(Story& story, const fs::path& directory) {
  constexpr std::string_view kEnding = "-journal.log";
  for (const fs::path& file : FilesThatEndIn(directory, kEnding)) {
    std::string node = file.filename().string();
    node.resize(node.size() - kEnding.size());
    Try(story, file, [&] {
      story.journals.push_back(
          ParseJournal(node, ReadFile(file), BeganByClockOf(story, node)));
    });
  }
}

// The states before each operation of `order`, and after the last.
std::vector<std::string> StatesAlong(const History& history, const Model& model,
                                     const CheckOptions& options,
                                     const std::vector<std::size_t>& order) {
  std::vector<std::string> texts;
  const auto states = model.States({}, options.initial);
  std::int32_t state = states->Initial();
  texts.push_back(states->Text(state));
  for (const std::size_t index : order) {
    state = states->Step(state, history.operations.at(index));
    if (state == internal::StateSpace::kImpossible) break;
    texts.push_back(states->Text(state));
  }
  return texts;
}

Contradiction ToContradiction(const History& history, const Model& model,
                              const CheckOptions& options,
                              const KeyVerdict& key) {
  Contradiction found{
      .key = key.key,
      .core = key.core,
      .core_is_minimal = key.core_is_minimal,
      .blocked = key.blocked,
      .order = key.order,
      .states = StatesAlong(history, model, options, key.order)};
  if (found.states.size() != found.order.size() + 1) {
    found.order.clear();
    found.states.clear();
  }
  if (found.order.size() <= kMostSteps) return found;
  const auto drop =
      static_cast<std::ptrdiff_t>(found.order.size() - kMostSteps);
  found.order.erase(found.order.begin(), found.order.begin() + drop);
  found.states.erase(found.states.begin(), found.states.begin() + drop);
  return found;
}

}  // namespace

Story ReadStory(const fs::path& directory) {
  Story story{.title = fs::absolute(directory).lexically_normal().string()};
  Try(story, directory / "result.json", [&] {
    story.report = ParseRunReport(ReadFile(directory / "result.json"));
    story.title = story.report->test;
    story.verdicts = story.report->verdicts;
  });
  Try(story, directory / "promises.json",
      [&] { story.promises = ReadPromises(directory / "promises.json"); });
  ReadEvidence(story, directory);
  ReadJournals(story, directory);
  return story;
}

void AddContradictions(Story& story, const Model& model,
                       const CheckOptions& options,
                       const LinearizabilityVerdict& found) {
  const History& history = *story.evidence.history;
  story.model = found.model;
  for (const KeyVerdict* key : found.Violations()) {
    if (story.contradictions.size() == kMostContradictions) break;
    story.contradictions.push_back(
        ToContradiction(history, model, options, *key));
  }
  if (found.judgement != Judgement::kViolated) return;
  std::istringstream text(Explain(history, model, options, found));
  for (std::string line; std::getline(text, line);)
    story.explanation.push_back(line);
}

void ExplainStory(Story& story, const CheckOptions& options) {
  if (!story.report)
    story.verdicts = JudgeRun(story.evidence, story.promises, options);
  const bool held = story.report && story.report->status == "held";
  if (held || !story.evidence.history || story.promises.model.empty()) return;
  const Model model = FindModel(story.promises.model);
  AddContradictions(
      story, model, options,
      CheckLinearizability(*story.evidence.history, model, options));
}

}  // namespace faultline
