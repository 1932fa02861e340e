#include <algorithm>
#include <iostream>
#include <memory>
#include <string>

#include "faultline/cli/commands.h"
#include "faultline/cli/ctest.h"
#include "faultline/cli/exit_status.h"
#include "faultline/cli/image_build.h"

namespace faultline {
namespace {

int RunProjectTests(const std::string& filter, bool strict) {
  if (strict) ::setenv("FAULTLINE_STRICT", "1", 1);
  ::setenv("FAULTLINE_RUNS", RunsDirectory().c_str(), 1);
  Warden warden;
  Ctest ctest(warden);
  const std::vector<ListedTest> tests = ctest.List({"unit", "quick"}, filter);
  if (std::ranges::any_of(tests, &ListedTest::needs_image)) {
    Progress progress;
    BuildImage(progress);
  }
  const CtestRun run = ctest.Run(tests, {}, [](const std::string& line) {
    if (!line.empty()) std::cout << line << "\n" << std::flush;
  });
  if (run.good) return kExitGood;
  if (run.exit_code == 0)
    std::cout << "some of the tests that were asked for did not run\n";
  return kExitRed;
}

}  // namespace

void AddTestCommand(Command app, int& status) {
  Command command = app.AddCommand(
      "test",
      "run the project's tests: unit tests, then the quick ones on VMs");
  const auto filter = std::make_shared<std::string>();
  command.AddOption("filter", *filter, "regular expression on test names");
  const auto strict = std::make_shared<bool>(false);
  command.AddFlag("--strict", *strict,
                  "a scenario that needs what its service lacks (gap) is red");
  command.OnRun([filter, strict, &status] {
    status = RunProjectTests(*filter, *strict);
  });
}

}  // namespace faultline
