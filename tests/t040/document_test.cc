// T040 step 5: the HA behaviour is documented for each component. Nothing
// boots: the document is laid beside the stored results and the programs.
#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <memory>
#include <regex>
#include <set>
#include <sstream>

#include "faultline/base/files.h"
#include "faultline/page/ha_behavior.h"
#include "faultline/page/stored_results.h"
#include "faultline/testing/cluster_test.h"
#include "faultline/testing/run_tests.h"

namespace faultline {
namespace {

namespace fs = std::filesystem;

const fs::path kTree = FAULTLINE_SOURCE_TREE;

std::string OutputOf(const std::string& command) {
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> pipe(
      ::popen(command.c_str(), "r"), ::pclose);
  if (!pipe) throw std::runtime_error(command + ": cannot be started");
  std::string output;
  std::array<char, 4096> part{};
  while (const std::size_t got =
             std::fread(part.data(), 1, part.size(), pipe.get()))
    output.append(part.data(), got);
  return output;
}

// "t040_s2" holds the tests of T040.S2.
std::vector<std::string> ScenariosOf(const fs::path& program) {
  const std::string step = program.filename().string().substr(
      program.filename().string().rfind('_') + 2);
  std::istringstream lines(
      OutputOf("'" + program.string() + "' --gtest_list_tests"));
  std::vector<std::string> names;
  std::string suite;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("  ")) {
      names.push_back(fmt::format("T040.S{}.{}{}", step, suite,
                                  line.substr(2, line.find(' ', 2) - 2)));
    } else {
      suite = line;
    }
  }
  return names;
}

class Document : public ClusterTest {
 protected:
  void SetUp() override {
    ClusterTest::SetUp();
    text_ = ReadFile(kTree / "docs/ops/ha-behavior.md");
    runs_ = ReadStoredResults(kTree / "fixtures/results");
  }

  std::string SectionOf(const std::string& component) const {
    const std::size_t begin = text_.find("\n## " + component + "\n");
    if (begin == std::string::npos) return "";
    return text_.substr(begin, text_.find("\n## ", begin + 1) - begin);
  }

  // The verdict for the report, and for who looks at the test.
  void Expect(const std::string& property,
              const std::vector<std::string>& missing) {
    const Verdict verdict =
        Record({missing.empty() ? Judgement::kHolds : Judgement::kViolated,
                property, missing});
    EXPECT_THAT(verdict, Holds());
  }

  std::string text_;
  std::vector<StoredRun> runs_;
};

TEST_F(Document, SaysWhatTheStoredResultsSay) {
  const bool same =
      text_ == HaBehavior(runs_, ReadScenarioNames(kTree / "fixtures/results"));
  Expect("the document is what the stored results say",
         same ? std::vector<std::string>{}
              : std::vector<std::string>{"run ./faultline document"});
}

TEST_F(Document, CoversEveryComponent) {
  std::vector<std::string> missing;
  for (const std::string& component : ComponentsOfT040()) {
    const std::string section = SectionOf(component);
    for (const char* part :
         {"### Capabilities", "### Failure modes", "### Recovery", "### Gaps",
          "### What follows", "Reproduce: `./faultline t040"}) {
      if (section.find(part) == std::string::npos)
        missing.push_back(fmt::format("{}: {}", component, part));
    }
  }
  Expect("every component is documented in every respect", missing);
}

TEST_F(Document, CoversEveryScenarioOfThePrograms) {
  std::vector<std::string> missing;
  std::istringstream programs(FAULTLINE_T040_PROGRAMS);
  int scenarios = 0;
  for (std::string program; std::getline(programs, program, ':');) {
    for (const std::string& name : ScenariosOf(program)) {
      ++scenarios;
      const std::string row = "| " + name.substr(sizeof("T040.") - 1) + " |";
      if (text_.find(row) == std::string::npos) missing.push_back(name);
    }
  }
  RecordFact("scenarios", std::to_string(scenarios));
  EXPECT_GT(scenarios, 38) << "the programs were asked";
  Expect("every scenario has a row, run or not", missing);
}

TEST_F(Document, CoversEveryGap) {
  std::vector<std::string> missing;
  int gaps = 0;
  for (const StoredRun& run : runs_) {
    if (run.status != "gap") continue;
    ++gaps;
    const std::string section = SectionOf(run.role);
    const std::size_t begin = section.find("### Gaps");
    if (begin == std::string::npos ||
        section.find("- " + run.test + ": ", begin) == std::string::npos)
      missing.push_back(run.test);
  }
  RecordFact("gaps", std::to_string(gaps));
  Expect("every gap of a stored run is told", missing);
}

TEST_F(Document, AnswersEachLineOfTheAcceptanceList) {
  static const std::regex kRow(R"(\| ([A-Z][^|]*) \| ([^|]+) \| ([^|]+) \|)");
  std::istringstream lines(text_.substr(0, text_.find("\n## ")));
  std::vector<std::string> bad;
  int rows = 0;
  std::smatch row;
  for (std::string line; std::getline(lines, line);) {
    if (!std::regex_match(line, row, kRow) || row[1] == "T040 asks") continue;
    ++rows;
    const std::string verdict = row[2];
    const bool judged = verdict.starts_with("held") ||
                        verdict.starts_with("**not met**") ||
                        verdict == "**not run**";
    const bool linked = row[3].str().find("](") != std::string::npos ||
                        row[3] == "this document" || verdict == "**not run**";
    if (!judged || !linked) bad.push_back(line);
  }
  EXPECT_EQ(rows, 6);
  Expect("each line of the acceptance list has a verdict and a link", bad);
}

TEST_F(Document, LinksLeadSomewhere) {
  static const std::regex kLink(R"(\]\(([^)]+)\))");
  std::vector<std::string> broken;
  std::sregex_iterator link(text_.begin(), text_.end(), kLink);
  EXPECT_NE(link, std::sregex_iterator());
  for (; link != std::sregex_iterator(); ++link) {
    if (!fs::exists(kTree / "docs/ops" / (*link)[1].str()))
      broken.push_back((*link)[1]);
  }
  Expect("every link of the document leads to a file", broken);
}

}  // namespace
}  // namespace faultline

int main(int argc, char** argv) {
  return faultline::RunTests(argc, argv, FAULTLINE_TEST_PREFIX,
                             FAULTLINE_BUILD_DIRECTORY);
}
