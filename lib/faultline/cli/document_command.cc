#include <fmt/format.h>

#include <filesystem>
#include <iostream>
#include <memory>

#include "faultline/base/error.h"
#include "faultline/base/files.h"
#include "faultline/cli/commands.h"
#include "faultline/cli/ctest.h"
#include "faultline/cli/exit_status.h"
#include "faultline/page/ha_behavior.h"
#include "faultline/page/stored_results.h"

namespace faultline {
namespace {

struct DocumentOptions {
  std::string results = FAULTLINE_SOURCE_TREE "/fixtures/results";
  std::string out = FAULTLINE_SOURCE_TREE "/docs/ops/ha-behavior.md";
  std::string take;
  bool check = false;
};

// The scenarios of the programs as they are built, but for those that judge the
// document.
std::vector<std::string> ScenariosOfT040() {
  Warden warden;
  std::vector<std::string> names;
  for (const ListedTest& test : Ctest(warden).List({"t040"}, "")) {
    if (!test.name.starts_with("T040.S5.")) names.push_back(test.name);
  }
  return names;
}

void Take(const DocumentOptions& options) {
  // First: what is not built ends it before anything is written.
  const std::vector<std::string> scenarios = ScenariosOfT040();
  std::cout << fmt::format("{} runs stored in {}\n",
                           TakeResults(options.take, options.results),
                           options.results);
  WriteScenarioNames(scenarios, options.results);
}

int Document(const DocumentOptions& options) {
  if (!options.take.empty()) Take(options);
  const std::string text = HaBehavior(ReadStoredResults(options.results),
                                      ReadScenarioNames(options.results));
  if (options.check) {
    if (ReadFile(options.out) == text) return kExitGood;
    std::cout << fmt::format(
        "{} is not what the results of {} say: run ./faultline document\n",
        options.out, options.results);
    return kExitRed;
  }
  const std::filesystem::path out = options.out;
  if (out.has_parent_path())
    std::filesystem::create_directories(out.parent_path());
  WriteFileAtomically(out, text);
  std::filesystem::permissions(out, std::filesystem::perms(0644));
  return kExitGood;
}

}  // namespace

void AddDocumentCommand(Command app, int& status) {
  Command command = app.AddCommand(
      "document", "write the document of HA behaviour from stored results");
  const auto options = std::make_shared<DocumentOptions>();
  command.AddOption("--results", options->results, "where results are stored")
      .ShowDefault();
  command.AddOption("--out", options->out, "the document").ShowDefault();
  command.AddOption("--take", options->take,
                    "store the runs below this directory first, and the "
                    "scenarios that there are");
  command.AddFlag("--check", options->check,
                  "write nothing; exit 1 if the document differs");
  command.OnRun([options, &status] { status = Document(*options); });
}

}  // namespace faultline
