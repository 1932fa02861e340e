// Histories that are easily read wrongly (fixtures/histories/read).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "faultline/base/files.h"
#include "unit/cli/run_check.h"

namespace faultline {
namespace {

using testing::HasSubstr;

const char kDirectory[] = FAULTLINE_FIXTURES "/histories/read/";

struct Case {
  int line = 0;
  int status = 0;
  std::string file;
  std::string arguments;
  std::string says;
};

void PrintTo(const Case& example, std::ostream* out) {
  *out << example.file << " " << example.arguments;
}

std::vector<Case> ReadCases() {
  std::istringstream in(ReadFile(kDirectory + std::string("cases.tsv")));
  std::vector<Case> cases;
  std::string text;
  for (int line = 1; std::getline(in, text); ++line) {
    if (text.starts_with('#')) continue;
    std::istringstream fields(text);
    Case example;
    example.line = line;
    std::string status;
    std::getline(fields, status, '\t');
    example.status = std::stoi(status);
    std::getline(fields, example.file, '\t');
    std::getline(fields, example.arguments, '\t');
    std::getline(fields, example.says);
    cases.push_back(example);
  }
  return cases;
}

class CheckCases : public testing::TestWithParam<Case> {};

TEST_P(CheckCases, AreJudgedAsTheTableSays) {
  const Case& example = GetParam();
  std::vector<std::string> arguments = {kDirectory + example.file};
  std::istringstream words(example.arguments);
  for (std::string word; words >> word;) arguments.push_back(word);
  const Printed printed = RunCheck(arguments);
  const std::string all = printed.output + printed.errors;
  EXPECT_EQ(printed.status, example.status) << all;
  EXPECT_THAT(all, HasSubstr(example.says));
  const auto lines = std::count(all.begin(), all.end(), '\n');
  if (example.status != 1) {
    EXPECT_EQ(lines, 1) << all;
  }
}

INSTANTIATE_TEST_SUITE_P(Table, CheckCases, testing::ValuesIn(ReadCases()),
                         [](const auto& test) {
                           return "Line" + std::to_string(test.param.line);
                         });

}  // namespace
}  // namespace faultline
