#include "faultline/cli/ctest.h"

#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <regex>

#include "faultline/base/environment.h"
#include "faultline/base/error.h"
#include "faultline/cli/line_reader.h"

namespace faultline {
namespace {

using std::chrono_literals::operator""s;

std::regex ParseFilter(const std::string& filter) {
  try {
    return std::regex(filter);
  } catch (const std::regex_error& error) {
    throw UsageError(
        fmt::format("filter \"{}\" is not a regular expression", filter));
  }
}

std::vector<std::string> NamesMatching(const std::string& json,
                                       const std::regex& filter) {
  std::vector<std::string> names;
  const nlohmann::json listing = nlohmann::json::parse(json);
  for (const auto& test : listing.at("tests")) {
    const std::string name = test.at("name");
    if (name != "guest_image" && std::regex_search(name, filter)) {
      names.push_back(name);
    }
  }
  return names;
}

}  // namespace

std::filesystem::path BuildDirectory() {
  return Environment("FAULTLINE_BUILD").value_or(FAULTLINE_BUILD_DIRECTORY);
}

std::filesystem::path RunsDirectory() {
  const auto chosen = Environment("FAULTLINE_RUNS");
  return chosen ? std::filesystem::absolute(*chosen)
                : BuildDirectory() / "faultline-runs";
}

std::vector<std::string> Ctest::List(const std::string& label_regex,
                                     const std::string& filter) {
  const std::regex parsed = ParseFilter(filter);
  const CommandResult listing =
      warden_.Run({"ctest", "--test-dir", BuildDirectory().string(),
                   "--show-only=json-v1", "-L", label_regex},
                  Deadline::After(60s));
  if (!listing.Succeeded()) {
    throw UsageError(fmt::format("ctest cannot list the tests of {}: {}",
                                 BuildDirectory().string(),
                                 listing.standard_error));
  }
  std::vector<std::string> names =
      NamesMatching(listing.standard_output, parsed);
  if (names.empty()) {
    throw UsageError(fmt::format(
        "filter \"{}\" matches no test (./faultline t040 --list names them)",
        filter));
  }
  return names;
}

int Ctest::Run(const std::vector<std::string>& arguments,
               const std::function<void(const std::string& line)>& on_line) {
  std::vector<std::string> argv = {"ctest", "--test-dir",
                                   BuildDirectory().string()};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  return RunWithLines(warden_, argv, on_line);
}

}  // namespace faultline
