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

void AddTestCommand(CLI::App& app, int& status) {
  CLI::App* command = app.add_subcommand(
      "test",
      "run the project's tests: unit tests, then the quick ones on VMs");
  const auto filter = std::make_shared<std::string>();
  command->add_option("filter", *filter, "regular expression on test names");
  command->callback([filter, &status] { status = RunProjectTests(*filter); });
}

}  // namespace faultline
