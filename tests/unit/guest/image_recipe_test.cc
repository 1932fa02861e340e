// What no image can be made of is refused in one line, before anything is
// installed or boots.
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>

#include "faultline/base/warden.h"
#include "support/scratch_directory.h"

namespace faultline {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

// A copy of the recipe whose services a test may change, and tools that install
// nothing.
class ImageRecipe : public testing::Test {
 protected:
  ImageRecipe() {
    fs::copy(FAULTLINE_FIXTURES "/guest", recipe(),
             fs::copy_options::recursive);
    for (const char* tool : {"g++", "mksquashfs", "cpio", "lz4"})
      tools_.WriteProgram(tool, "exit 0");
    Installing("exit 0");
  }

  fs::path recipe() const { return scratch_.path() / "guest"; }
  fs::path cache() const { return scratch_.path() / "cache"; }

  void Installing(const std::string& script) {
    tools_.WriteProgram("mmdebstrap", script);
  }
  void Write(const std::string& service, const std::string& list,
             const std::string& text) {
    fs::create_directories(recipe() / "services" / service);
    std::ofstream(recipe() / "services" / service / list) << text;
  }

  // What it says before it fails.
  std::string Refusal(const std::string& services) {
    Warden warden;
    const CommandResult result =
        warden.Run({"sh", "-c",
                    "PATH=" + tools_.path().string() +
                        ":$PATH FAULTLINE_CACHE=" + cache().string() + " " +
                        (recipe() / "build-image").string() + " " + services},
                   Deadline::After(std::chrono::seconds(60)));
    EXPECT_NE(result.exit_code, 0);
    EXPECT_EQ(result.standard_output, "");
    EXPECT_FALSE(fs::exists(cache() / "images/current"));
    return LastLine(result.standard_error);
  }

 private:
  static std::string LastLine(std::string text) {
    while (!text.empty() && text.back() == '\n') text.pop_back();
    return text.substr(text.find_last_of('\n') + 1);
  }

  ScratchDirectory scratch_;
  ScratchDirectory tools_;
};

TEST_F(ImageRecipe, RefusesAServiceThatIsNotThere) {
  EXPECT_THAT(Refusal("etcd etdc"),
              HasSubstr("build-image: there is no service 'etdc'; there are: "
                        "etcd"));
  EXPECT_THAT(Refusal("../agent"), HasSubstr("no service '../agent'"));
}

TEST_F(ImageRecipe, RefusesTwoServicesThatClaimOnePort) {
  Write("other", "packages", "bash\n");
  Write("other", "ports", "# its own\n80 web\n2380 peers\n");
  EXPECT_EQ(Refusal("other etcd"),
            "build-image: services etcd and other both claim port 2380");
}

TEST_F(ImageRecipe, RefusesTwoServicesWithOneUnit) {
  Write("other", "packages", "bash\n");
  Write("other", "units", "faultline-etcd.service\n");
  EXPECT_EQ(Refusal("other etcd"),
            "build-image: services etcd and other both have the unit "
            "faultline-etcd.service");
}

TEST_F(ImageRecipe, RefusesListsThatSayNothing) {
  Write("empty", "packages", "# nothing yet\n");
  EXPECT_EQ(Refusal("empty"),
            "build-image: service empty: services/empty/packages names no "
            "package");
  Write("odd", "packages", "bash; reboot\n");
  EXPECT_THAT(Refusal("odd"), HasSubstr("is no Debian package"));
  Write("odd", "packages", "bash\n");
  Write("odd", "ports", "http\n");
  EXPECT_EQ(Refusal("odd"),
            "build-image: service odd: 'http' is no port (services/odd/ports)");
  Write("odd", "ports", "65536\n");
  EXPECT_THAT(Refusal("odd"), HasSubstr("'65536' is no port"));
}

TEST_F(ImageRecipe, NamesTheServiceWhosePackageDebianDoesNotHave) {
  Write("other", "packages", "bash\nno-such-package\n");
  Installing(
      "echo 'E: Unable to locate package no-such-package' >&2; exit 100");
  EXPECT_EQ(Refusal("etcd other"),
            "build-image: service other: Debian bookworm has no package "
            "'no-such-package' (services/other/packages)");
}

TEST_F(ImageRecipe, NamesTheServiceWhoseUnitNoPackageHas) {
  Installing(
      "echo 'build-image: service etcd: no package of it has the unit x' >&2;"
      "echo 'E: run_chroot failed' >&2; exit 25");
  EXPECT_EQ(Refusal("etcd"),
            "build-image: service etcd: no package of it has the unit x");
}

}  // namespace
}  // namespace faultline
