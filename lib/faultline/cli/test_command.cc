#include <iostream>
#include <memory>
#include <string>

#include "faultline/cli/commands.h"
#include "faultline/cli/ctest.h"

namespace faultline {
namespace {

constexpr char kProjectTests[] = "^(unit|quick)$";

int RunProjectTests(const std::string& filter) {
  Warden warden;
  Ctest ctest(warden);
  ctest.List(kProjectTests, filter);
  std::vector<std::string> arguments = {"-L", kProjectTests,
                                        "--output-on-failure"};
  if (!filter.empty()) arguments.insert(arguments.end(), {"-R", filter});
  return ctest.Run(arguments, [](const std::string& line) {
    if (!line.empty()) std::cout << line << "\n" << std::flush;
  });
}

}  // namespace

void AddTestCommand(Command app, int& status) {
  Command command = app.AddCommand(
      "test",
      "run the project's tests: unit tests, then the quick ones on VMs");
  const auto filter = std::make_shared<std::string>();
  command.AddOption("filter", *filter, "regular expression on test names");
  command.OnRun([filter, &status] { status = RunProjectTests(*filter); });
}

}  // namespace faultline
