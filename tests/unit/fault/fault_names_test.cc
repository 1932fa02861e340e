#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <regex>

#include "faultline/base/files.h"
#include "faultline/fault/catalogue/fault_catalogue.h"

namespace faultline {
namespace {

// The scenarios' `Inject("KIND", ..., {{"NAME", ...}, {"NAME", ...}})`: a name
// that is wrong would be found on virtual machines only.
class FaultNames : public testing::Test {
 protected:
  void Look(const std::string& file, const std::string& text) {
    static const std::regex injections(R"re(Inject\(\s*"([^"]+)"([^;]*);)re");
    for (std::sregex_iterator match(text.begin(), text.end(), injections), end;
         match != end; ++match)
      Check(file, (*match)[1], (*match)[2]);
  }

  void Check(const std::string& file, const std::string& kind_name,
             const std::string& rest) {
    static const std::regex names(R"re(\{\s*"([a-z_]+)",)re");
    ++injections_;
    ASSERT_NO_THROW(FindFaultKind(kind_name)) << file << ": " << kind_name;
    const FaultKind& kind = FindFaultKind(kind_name);
    for (std::sregex_iterator match(rest.begin(), rest.end(), names), end;
         match != end; ++match) {
      ++parameters_;
      EXPECT_EQ(std::ranges::count(kind.parameters, (*match)[1].str(),
                                   &ParameterSpec::name),
                1)
          << file << ": " << kind_name << " has no parameter " << (*match)[1];
    }
  }

  int injections_ = 0;
  int parameters_ = 0;
};

TEST_F(FaultNames, OfTheScenariosAreThoseOfTheCatalogue) {
  const std::filesystem::path scenarios = FAULTLINE_FIXTURES "/../tests/t040";
  for (const auto& entry : std::filesystem::directory_iterator(scenarios)) {
    if (entry.path().extension() == ".cc")
      Look(entry.path().filename(), ReadFile(entry.path()));
  }
  EXPECT_GT(injections_, 30);
  EXPECT_GT(parameters_, 5);
}

}  // namespace
}  // namespace faultline
