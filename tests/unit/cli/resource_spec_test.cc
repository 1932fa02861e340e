#include "faultline/cli/resource_spec.h"

#include <gmock/gmock.h>

#include <nlohmann/json.hpp>

#include "faultline/base/files.h"
#include "support/scratch_directory.h"

namespace faultline {
namespace {

int Slots(const std::string& spec, const std::string& name) {
  return nlohmann::json::parse(spec).at("local").at(0).at(name).at(0).at(
      "slots");
}

TEST(ResourceSpec, HasRoomForTheLargestTest) {
  const std::string spec =
      ResourceSpec({{"memory_mib", 100}, {"machines", 8}},
                   {{{"memory_mib", 600}, {"machines", 1}},
                    {{"memory_mib", 1800}, {"machines", 3}},
                    {}});
  EXPECT_EQ(Slots(spec, "memory_mib"), 1800);
  EXPECT_EQ(Slots(spec, "machines"), 8);
}

TEST(ResourcesOfThisMachine, HealsADamagedFile) {
  const ScratchDirectory tree;
  const auto file = tree.path() / "resources.json";
  for (const char* text : {"", "{", "[]", R"({"local": []})"}) {
    WriteFileAtomically(file, text);
    EXPECT_GE(ResourcesOfThisMachine(file).at("machines"), 4) << text;
  }
  EXPECT_GE(ResourcesOfThisMachine(tree.path() / "none").at("machines"), 4);
  WriteFileAtomically(file, ResourceSpec({{"machines", 77}}, {}));
  EXPECT_EQ(ResourcesOfThisMachine(file).at("machines"), 77);
  EXPECT_GT(ResourcesOfThisMachine(file).at("memory_mib"), 0);
}

}  // namespace
}  // namespace faultline
