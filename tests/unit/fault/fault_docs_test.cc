#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "faultline/base/files.h"
#include "faultline/fault/catalogue/fault_catalogue.h"

namespace faultline {
namespace {

TEST(FaultDocs, NameEveryKindOfTheCatalogue) {
  const std::string docs = ReadFile(FAULTLINE_FIXTURES "/../docs/faults.md");
  for (const FaultKind& kind : FaultCatalogue())
    EXPECT_THAT(docs, testing::HasSubstr("`" + kind.name + "`"));
}

}  // namespace
}  // namespace faultline
