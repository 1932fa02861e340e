#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <iostream>
#include <map>
#include <memory>
#include <string_view>

#include "faultline/base/error.h"
#include "faultline/cli/check_page.h"
#include "faultline/cli/check_subject.h"
#include "faultline/cli/commands.h"
#include "faultline/cli/quantity.h"

namespace faultline {
namespace {

constexpr int kBadInput = 3;
constexpr int kNotWritten = 4;

// As given on the command line.
struct CheckArguments {
  std::vector<std::string> files;
  std::string model;
  std::string budget = "60s";
  std::string memory = "2GiB";
  int threads = 0;
  std::string fail = "absent";
  std::string initial;
  bool has_initial = false;
  bool json = false;
  std::string html;
  bool verify = false;
  bool all_keys = false;
  std::string explain_budget = "5s";
  bool no_explain = false;
  std::string keys = "auto";
  std::string nil_read = "absent";
  std::vector<std::string> ignore;
  std::vector<std::string> rename;  // F=G
};

// ":sync" and "sync" are the same function.
std::string FunctionName(std::string_view text) {
  if (text.starts_with(':')) text.remove_prefix(1);
  return std::string(text);
}

std::map<std::string, std::string> ToRenaming(
    const std::vector<std::string>& arguments) {
  std::map<std::string, std::string> renaming;
  for (const std::string& argument : arguments) {
    const std::size_t mark = argument.find('=');
    const std::string from = FunctionName(argument.substr(0, mark));
    const std::string to = mark == std::string::npos
                               ? ""
                               : FunctionName(argument.substr(mark + 1));
    if (from.empty() || to.empty()) {
      throw UsageError(fmt::format("--rename \"{}\" is not FROM=TO", argument));
    }
    if (to != "get" && to != "put") ParseOperationKind(to);
    renaming[from] = to;
  }
  return renaming;
}

HistoryOptions ToReading(const CheckArguments& arguments) {
  static const std::map<std::string, KeyedValues> kKeys = {
      {"auto", KeyedValues::kAuto},
      {"yes", KeyedValues::kYes},
      {"no", KeyedValues::kNo}};
  HistoryOptions reading;
  reading.keys = kKeys.at(arguments.keys);
  reading.nil_read =
      arguments.nil_read == "any" ? NilRead::kAny : NilRead::kAbsent;
  for (const std::string& function : arguments.ignore) {
    reading.ignore.insert(FunctionName(function));
  }
  reading.rename = ToRenaming(arguments.rename);
  return reading;
}

CheckRequest ToRequest(const CheckArguments& arguments) {
  CheckRequest request;
  if (!arguments.model.empty()) request.model = FindModel(arguments.model);
  request.options.time = ParseTimeBudget(arguments.budget);
  request.options.memory_bytes = ParseMemoryBudget(arguments.memory);
  request.options.threads = arguments.threads;
  request.options.fail = arguments.fail == "observed" ? FailMeaning::kObserved
                                                      : FailMeaning::kAbsent;
  if (arguments.has_initial) request.options.initial = arguments.initial;
  request.options.decide_every_key = arguments.all_keys;
  request.options.explain_time = ParseTimeBudget(arguments.explain_budget);
  request.options.explain = !arguments.no_explain;
  request.reading = ToReading(arguments);
  request.verify = arguments.verify;
  return request;
}

std::string Indented(const std::string& text) {
  std::string indented;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    indented += "  " + text.substr(begin, end - begin) + "\n";
    begin = end + 1;
  }
  return indented;
}

// Values come from others: nothing in them may move a terminal's cursor or
// begin a line of its own.
std::string Printable(std::string_view line) {
  std::string printable;
  for (const char c : line) {
    const auto byte = static_cast<unsigned char>(c);
    const bool control = (byte < 0x20 && c != '\n') || byte == 0x7f;
    printable += control ? fmt::format("\\x{:02x}", byte) : std::string(1, c);
  }
  return printable;
}

std::string OneLine(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return Printable(text);
}

// At once: what explains it may take longer.
void Print(const CheckFinding& finding) {
  // Bad input names its file itself.
  const bool named = finding.summary.starts_with(finding.subject);
  std::string line =
      fmt::format("{:<9} {}{}", ToText(finding.status),
                  named ? "" : finding.subject + ": ", finding.summary);
  for (const std::string& note : finding.notes) line += "; " + note;
  std::cout << OneLine(line) << std::endl;
}

CheckFinding CheckAndPrint(const std::string& file, const CheckRequest& request,
                           const CheckArguments& arguments) {
  if (arguments.json) {
    CheckFinding finding = CheckSubject(file, request);
    std::cout << ToJsonLine(finding) << std::endl;
    return finding;
  }
  CheckFinding finding = JudgeSubject(file, request);
  Print(finding);
  const bool wanted =
      arguments.files.size() == 1 || ::isatty(STDOUT_FILENO) != 0;
  if (wanted && request.options.explain) {
    ExplainFinding(finding, request);
    std::cout << Indented(Printable(finding.explanation)) << std::flush;
  }
  return finding;
}

// A file must not be opened as what was closed and be written over then.
void HoldStandardStreams() {
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; ++fd) {
    const bool closed = ::fcntl(fd, F_GETFD) < 0 && errno == EBADF;
    if (closed && ::open("/dev/null", O_PATH) < 0) return;
  }
}

int Check(const CheckArguments& arguments) {
  HoldStandardStreams();
  if (!arguments.html.empty() && arguments.files.size() != 1)
    throw UsageError("--html draws one file or directory");
  const CheckRequest request = ToRequest(arguments);
  std::vector<CheckFinding> findings;
  for (const std::string& file : arguments.files) {
    findings.push_back(CheckAndPrint(file, request, arguments));
    if (!arguments.html.empty())
      WriteCheckPage(findings.back(), request, arguments.html);
    findings.back().linearizability.reset();
    findings.back().history.reset();
    if (!std::cout) {
      std::cerr << "faultline check: the verdict cannot be written to standard "
                   "output\n";
      return kNotWritten;
    }
  }
  return static_cast<int>(Worst(findings));
}

// A bad argument is bad input here too, not what 2 says in other commands.
int CheckOrRefuse(const CheckArguments& arguments) {
  try {
    return Check(arguments);
  } catch (const UsageError& error) {
    std::cerr << "faultline check: " << error.what() << "\n";
    return kBadInput;
  }
}

void AddOptions(Command command, CheckArguments& arguments) {
  command
      .AddOption("file", arguments.files,
                 "histories, traces or directories; - is standard input")
      .Required();
  command.AddOption("--model", arguments.model,
                    fmt::format("what the service promises: {}",
                                fmt::join(ModelNames(), ", ")));
  command.AddOption("--budget", arguments.budget, "time for each file")
      .ShowDefault();
  command.AddOption("--memory", arguments.memory, "memory for each file")
      .ShowDefault();
  command.AddOption("--threads", arguments.threads, "0: one a processor")
      .NonNegative();
  command
      .AddOption("--fail", arguments.fail,
                 "what a failed operation says: absent (it did not happen) or "
                 "observed (also that the state refused it)")
      .OneOf({"absent", "observed"})
      .ShowDefault();
  command.AddOption("--initial", arguments.initial,
                    "the value of every key before the history");
  command
      .AddOption("--keys", arguments.keys,
                 "whether a value [a b] is a key and its value: yes, no, "
                 "auto (if every operation's is)")
      .OneOf({"auto", "yes", "no"})
      .ShowDefault();
  command
      .AddOption("--nil-read", arguments.nil_read,
                 "what a read of nil says: absent (nothing is there) or "
                 "any (nothing at all)")
      .OneOf({"absent", "any"})
      .ShowDefault();
  command
      .AddOption("--ignore", arguments.ignore,
                 "leave out the operations of this :f")
      .OneEach();
  command
      .AddOption("--rename", arguments.rename,
                 "F=G: read the operations of :f F as those of G")
      .OneEach();
  command
      .AddOption("--explain-budget", arguments.explain_budget,
                 "time for the explanation of a violation, after its "
                 "verdict")
      .ShowDefault();
  command.AddFlag("--no-explain", arguments.no_explain,
                  "leave the explanation out");
  command.AddFlag("--json", arguments.json, "a line of JSON for each file");
  command.AddOption("--html", arguments.html,
                    "draw it as a page of HTML into this file, too");
  command.AddFlag("--verify", arguments.verify,
                  "re-check the linearization of what holds");
  command.AddFlag("--all-keys", arguments.all_keys,
                  "decide every key, also after a violation");
}

}  // namespace

void DefineCheck(Command command, int& status) {
  const auto arguments = std::make_shared<CheckArguments>();
  AddOptions(command, *arguments);
  command.OnRun([command, arguments, &status] {
    arguments->has_initial = command.Count("--initial") > 0;
    status = CheckOrRefuse(*arguments);
  });
}

void AddCheckCommand(Command app, int& status) {
  DefineCheck(app.AddCommand("check", kCheckDescription), status);
}

}  // namespace faultline
