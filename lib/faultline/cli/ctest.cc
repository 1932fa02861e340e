#include "faultline/cli/ctest.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <regex>

#include "faultline/base/environment.h"
#include "faultline/base/error.h"
#include "faultline/base/files.h"
#include "faultline/base/temporary_directory.h"
#include "faultline/cli/exit_status.h"
#include "faultline/cli/line_reader.h"

namespace faultline {
namespace {

using std::chrono_literals::operator""s;
using Json = nlohmann::json;
using Kind = TestOutcome::Kind;

// What ctest calls a program of tests that is missing.
constexpr std::string_view kNotBuilt = "_NOT_BUILT";
constexpr char kImageFixture[] = "guest_image";

std::regex ParseFilter(const std::string& filter) {
  try {
    return std::regex(filter);
  } catch (const std::regex_error& error) {
    throw UsageError(
        fmt::format("filter \"{}\" is not a regular expression", filter));
  }
}

Json Property(const Json& test, const std::string& name) {
  for (const Json& property : test.value("properties", Json::array())) {
    if (property.at("name") == name) return property.at("value");
  }
  return {};
}

bool Holds(const Json& list, const std::string& value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

Resources ResourcesOf(const Json& groups) {
  Resources sum;
  for (const Json& group : groups) {
    for (const Json& wanted : group.value("requirements", Json::array()))
      sum[wanted.at(".type")] += wanted.at("slots").get<int>();
  }
  return sum;
}

ListedTest ToTest(const Json& json, int number) {
  ListedTest test{.name = json.at("name"), .number = number};
  if (const Json processors = Property(json, "PROCESSORS");
      processors.is_number())
    test.processors = processors.get<int>();
  test.resources = ResourcesOf(Property(json, "RESOURCE_GROUPS"));
  test.needs_image = Holds(Property(json, "FIXTURES_REQUIRED"), kImageFixture);
  return test;
}

// Two ctests at once would both write down which tests the programs hold.
FileDescriptor LockListing(const std::filesystem::path& build) {
  FileDescriptor lock(::open((build / ".faultline-listing").c_str(),
                             O_RDWR | O_CREAT | O_CLOEXEC, 0600));
  if (lock) ::flock(lock.get(), LOCK_EX);
  return lock;
}

// For `ctest -I`: no range, these numbers.
std::string NumbersOf(const std::vector<ListedTest>& tests) {
  std::string numbers = "0,0,0";
  for (const ListedTest& test : tests)
    numbers += fmt::format(",{}", test.number);
  return numbers + "\n";
}

std::vector<Resources> NeedsOf(const std::vector<ListedTest>& tests) {
  std::vector<Resources> needs;
  needs.reserve(tests.size());
  for (const ListedTest& test : tests) needs.push_back(test.resources);
  return needs;
}

// Empty if ctest was ended before it wrote it.
std::map<std::string, TestOutcome> ReadOutcomes(
    const std::filesystem::path& junit) {
  try {
    return ParseJunit(ReadFile(junit));
  } catch (const UsageError&) {
    return {};
  }
}

}  // namespace

std::filesystem::path BuildDirectory() {
  return std::filesystem::absolute(
      Environment("FAULTLINE_BUILD").value_or(FAULTLINE_BUILD_DIRECTORY));
}

std::filesystem::path RunsDirectory() {
  const auto chosen = Environment("FAULTLINE_RUNS");
  return chosen ? std::filesystem::absolute(*chosen)
                : BuildDirectory() / "faultline-runs";
}

std::vector<ListedTest> SelectTests(const std::string& json,
                                    const std::vector<std::string>& labels,
                                    const std::string& filter) {
  const std::regex parsed = ParseFilter(filter);
  std::vector<ListedTest> tests;
  int number = 0;
  const Json listing = Json::parse(json);
  for (const Json& test : listing.at("tests")) {
    ++number;
    const Json own = Property(test, "LABELS");
    if (std::ranges::none_of(
            labels, [&](const auto& label) { return Holds(own, label); }))
      continue;
    const std::string name = test.at("name");
    if (name.ends_with(kNotBuilt))
      throw SetupError(
          fmt::format("the program {} is not built",
                      name.substr(0, name.size() - kNotBuilt.size())));
    if (std::regex_search(name, parsed)) tests.push_back(ToTest(test, number));
  }
  if (tests.empty())
    throw UsageError(fmt::format(
        "filter \"{}\" matches no test (./faultline t040 --list names them)",
        filter));
  return tests;
}

bool AllRan(const std::vector<ListedTest>& tests,
            const std::map<std::string, TestOutcome>& outcomes) {
  bool one_passed = false;
  for (const ListedTest& test : tests) {
    const auto found = outcomes.find(test.name);
    if (found == outcomes.end()) return false;
    const Kind kind = found->second.kind;
    if (kind != Kind::kPassed && kind != Kind::kSkipped) return false;
    one_passed = one_passed || kind == Kind::kPassed;
  }
  return one_passed;
}

std::vector<ListedTest> Ctest::List(const std::vector<std::string>& labels,
                                    const std::string& filter) {
  const std::string build = BuildDirectory().string();
  const FileDescriptor lock = LockListing(build);
  const CommandResult listing =
      warden_.Run({"ctest", "--test-dir", build, "--show-only=json-v1"},
                  Deadline::After(180s));
  try {
    if (listing.Succeeded())
      return SelectTests(listing.standard_output, labels, filter);
  } catch (const Json::exception&) {
  }
  throw SetupError(fmt::format("ctest cannot list the tests of {}: {}", build,
                               listing.standard_error));
}

CtestRun Ctest::Run(
    const std::vector<ListedTest>& tests, const CtestOptions& options,
    const std::function<void(const std::string& line)>& on_line) {
  const TemporaryDirectory scratch("flt", warden_);
  const auto selection = scratch.path() / "tests";
  const auto resources = scratch.path() / "resources.json";
  const auto junit = scratch.path() / "junit.xml";
  WriteFileAtomically(selection, NumbersOf(tests));
  WriteFileAtomically(
      resources,
      ResourceSpec(ResourcesOfThisMachine(BuildDirectory() / "resources.json"),
                   NeedsOf(tests)));
  std::vector<std::string> argv = {"ctest",
                                   "--test-dir",
                                   BuildDirectory().string(),
                                   "-I",
                                   selection.string(),
                                   "--no-tests=error",
                                   "--output-on-failure",
                                   "--output-junit",
                                   junit.string(),
                                   "--resource-spec-file",
                                   resources.string(),
                                   "-j",
                                   std::to_string(options.jobs)};
  if (options.repetitions > 1)
    argv.insert(argv.end(), {"--repeat", fmt::format("until-fail:{}",
                                                     options.repetitions)});
  CtestRun run;
  run.exit_code = RunWithLines(warden_, argv, on_line);
  for (const auto& [name, outcome] : ReadOutcomes(junit)) {
    if (std::ranges::find(tests, name, &ListedTest::name) != tests.end())
      run.outcomes[name] = outcome;
  }
  run.good = run.exit_code == 0 && AllRan(tests, run.outcomes);
  return run;
}

}  // namespace faultline
