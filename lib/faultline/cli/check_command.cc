#include <fmt/format.h>
#include <fmt/ranges.h>
#include <unistd.h>

#include <algorithm>
#include <iostream>
#include <memory>

#include "faultline/base/error.h"
#include "faultline/cli/check_subject.h"
#include "faultline/cli/commands.h"
#include "faultline/cli/quantity.h"

namespace faultline {
namespace {

constexpr int kBadInput = 3;

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
  bool verify = false;
  bool all_keys = false;
};

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

void Print(const CheckFinding& finding, bool explain) {
  // Bad input names its file itself.
  const bool named = finding.summary.starts_with(finding.subject);
  std::cout << fmt::format("{:<9} {}{}", ToText(finding.status),
                           named ? "" : finding.subject + ": ",
                           finding.summary);
  for (const std::string& note : finding.notes) std::cout << "; " << note;
  std::cout << "\n";
  if (explain) std::cout << Indented(finding.explanation);
  std::cout.flush();
}

int Check(const CheckArguments& arguments) {
  const CheckRequest request = ToRequest(arguments);
  const bool explain =
      arguments.files.size() == 1 || ::isatty(STDOUT_FILENO) != 0;
  std::vector<CheckFinding> findings;
  for (const std::string& file : arguments.files) {
    findings.push_back(CheckSubject(file, request));
    if (arguments.json) {
      std::cout << ToJsonLine(findings.back()) << std::endl;
    } else {
      Print(findings.back(), explain);
    }
    findings.back().linearizability.reset();
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
  command.AddOption("file", arguments.files, "histories or run directories")
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
  command.AddFlag("--json", arguments.json, "a line of JSON for each file");
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
