// A bad machine or bad input: one clear line, a non-zero exit, nothing left.
#include <fmt/format.h>
#include <unistd.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "faultline/base/files.h"
#include "faultline/base/program_path.h"
#include "faultline/base/temporary_directory.h"
#include "faultline/testing/cluster_test.h"
#include "harness/program.h"

namespace faultline {
namespace {

using std::chrono_literals::operator""s;
using testing::AllOf;
using testing::HasSubstr;

constexpr char kEnvironmentTest[] =
    "--gtest_filter=Environment.StateSurvivesPowerCut";

class BadMachine : public testing::Test {
 protected:
  // What a scenario says and leaves behind when `environment` is wrong.
  CommandResult RunScenario(std::map<std::string, std::string> environment) {
    environment.try_emplace("TMPDIR", scratch_.path().string());
    environment.try_emplace("FAULTLINE_RUNS",
                            (scratch_.path() / "runs").string());
    const CommandResult result =
        RunProgram("t040_s1", {kEnvironmentTest}, environment);
    EXPECT_NE(result.exit_code, 0);
    EXPECT_THAT(ProcessesNaming(scratch_.path().string()), testing::IsEmpty());
    return result;
  }

  // A copy of the default image whose files are links; any may be replaced.
  std::filesystem::path CopyImage() {
    const std::filesystem::path copy = scratch_.path() / "image";
    std::filesystem::create_directory(copy);
    for (const auto& entry :
         std::filesystem::directory_iterator(DefaultImageDirectory())) {
      std::filesystem::create_symlink(std::filesystem::canonical(entry.path()),
                                      copy / entry.path().filename());
    }
    return copy;
  }

  std::filesystem::path Truncated(const std::string& file) {
    const std::filesystem::path image = CopyImage();
    const auto target = std::filesystem::canonical(image / file);
    std::filesystem::remove(image / file);
    std::ofstream(image / file) << std::ifstream(target).rdbuf();
    std::filesystem::resize_file(image / file, 1000);
    return image;
  }

  const TemporaryDirectory scratch_{"flt"};
};

TEST_F(BadMachine, WithoutQemu) {
  std::filesystem::create_directory(scratch_.path() / "bin");
  const CommandResult result =
      RunScenario({{"PATH", (scratch_.path() / "bin").string()},
                   {"FAULTLINE_ACCELERATOR", "tcg"}});
  EXPECT_THAT(result.standard_output,
              AllOf(HasSubstr("qemu-system-x86_64: program not found"),
                    HasSubstr("./faultline")));
}

TEST_F(BadMachine, WithoutAVdeSwitch) {
  std::filesystem::create_directory(scratch_.path() / "bin");
  std::filesystem::create_symlink(
      RequireProgram("qemu-system-x86_64"),
      scratch_.path() / "bin" / "qemu-system-x86_64");
  const CommandResult result =
      RunScenario({{"PATH", (scratch_.path() / "bin").string()},
                   {"FAULTLINE_ACCELERATOR", "tcg"}});
  EXPECT_THAT(result.standard_output,
              AllOf(HasSubstr("vde_switch: program not found"),
                    HasSubstr("./faultline")));
}

TEST_F(BadMachine, WithoutAnImage) {
  const CommandResult result =
      RunScenario({{"FAULTLINE_IMAGE", ""},
                   {"FAULTLINE_CACHE", (scratch_.path() / "none").string()}});
  EXPECT_THAT(result.standard_output, HasSubstr("./faultline image"));
}

TEST_F(BadMachine, WithATruncatedKernel) {
  const CommandResult result =
      RunScenario({{"FAULTLINE_IMAGE", Truncated("kernel").string()}});
  EXPECT_THAT(result.standard_output,
              AllOf(HasSubstr("kernel"), HasSubstr("1000")));
}

TEST_F(BadMachine, WithATruncatedRootFileSystem) {
  if (!LoadGuestImage(DefaultImageDirectory()).root)
    GTEST_SKIP() << "this image's root is in its initrd";
  const CommandResult result =
      RunScenario({{"FAULTLINE_IMAGE", Truncated("root.squashfs").string()}});
  EXPECT_THAT(result.standard_output,
              AllOf(HasSubstr("root.squashfs"), HasSubstr("1000")));
}

TEST_F(BadMachine, WithARunPathTooLongForASocket) {
  const std::filesystem::path deep = scratch_.path() / std::string(120, 'x');
  std::filesystem::create_directory(deep);
  const CommandResult result = RunScenario({{"TMPDIR", deep.string()}});
  EXPECT_THAT(result.standard_output,
              AllOf(HasSubstr("characters long, more than the"),
                    HasSubstr("set TMPDIR to a shorter directory")));
  EXPECT_TRUE(std::filesystem::is_empty(deep));
}

TEST_F(BadMachine, WhoseGuestNeverGetsReady) {
  const std::filesystem::path image = CopyImage();
  std::filesystem::remove(image / "cmdline");
  std::ofstream(image / "cmdline") << "console=ttyS0 panic=-1 rdinit=/nothing";
  const CommandResult result =
      RunScenario({{"FAULTLINE_IMAGE", image.string()}});
  EXPECT_THAT(result.standard_output,
              AllOf(HasSubstr("node1: "), HasSubstr("Kernel panic")));
}

TEST_F(BadMachine, WithAFullDiskForTheEvidence) {
  const std::string script = fmt::format(
      "mount -t tmpfs -o size=16k none {0} && cp /dev/zero {0}/fill "
      "2>/dev/null;"
      "exec env TMPDIR={0} FAULTLINE_RUNS={0}/runs {1}/t040_s1 {2}",
      scratch_.path().string(), FAULTLINE_BINARIES, kEnvironmentTest);
  Warden warden;
  const CommandResult result = warden.Run(
      {"unshare", "--user", "--map-root-user", "--mount", "sh", "-c", script},
      Deadline::After(120s));
  EXPECT_NE(result.exit_code, 0);
  EXPECT_THAT(result.standard_output,
              testing::ContainsRegex("[Nn]o space left"));
}

TEST_F(BadMachine, WithAFullDiskForTheImage) {
  if (!FindProgram("mmdebstrap"))
    GTEST_SKIP() << "no mmdebstrap: Debian images are not built here";
  const std::string script = fmt::format(
      "mount -t tmpfs -o size=4m none {0}; FAULTLINE_CACHE={0} "
      "{1}/fixtures/guest/build-image; code=$?; ls {0}/images; exit $code",
      scratch_.path().string(), FAULTLINE_SOURCE_DIRECTORY);
  std::vector<std::string> command = {"unshare", "--mount", "sh", "-c", script};
  if (::geteuid() != 0) {
    command.insert(command.begin() + 1,
                   {"--user", "--map-root-user", "--map-auto"});
  }
  Warden warden;
  const CommandResult result = warden.Run(command, Deadline::After(120s));
  EXPECT_NE(result.exit_code, 0);
  EXPECT_THAT(result.standard_error, HasSubstr("no space left"));
  EXPECT_EQ(result.standard_output, "") << "something half-built is left";
}

TEST_F(BadMachine, ToolRefusesUnknownOptionsAndEmptyFilters) {
  for (const std::vector<std::string>& arguments :
       {std::vector<std::string>{"t040", "--no-such-option"},
        {"t040", "NoSuchScenario"},
        {"t040", "(", "--list"},
        {"no-such-command"}}) {
    const CommandResult result = RunProgram("faultline", arguments, {});
    EXPECT_EQ(result.exit_code, 2) << arguments.back();
    EXPECT_THAT(result.standard_error, testing::Not(testing::IsEmpty()));
  }
}

TEST_F(BadMachine, ToolNamesItsCommandsAndItsVersion) {
  EXPECT_THAT(RunProgram("faultline", {"tests"}, {}).standard_error,
              HasSubstr("no sub-command \"tests\"; there are t040, test"));
  EXPECT_THAT(RunProgram("faultline", {"--version"}, {}).standard_output,
              testing::StartsWith("faultline "));
}

TEST_F(BadMachine, WithoutAPlaceForTheOutputThereIsNoVerdict) {
  for (const char* place : {">&-", ">/dev/full"}) {
    Warden warden;
    const CommandResult result = warden.Run(
        {"sh", "-c",
         fmt::format("{}/faultline t040 --list {}", FAULTLINE_BINARIES, place)},
        Deadline::After(120s));
    EXPECT_EQ(result.exit_code, 4) << place;
    EXPECT_THAT(result.standard_error,
                HasSubstr("cannot write to standard output"));
  }
}

TEST_F(BadMachine, WhoseGuestLacksWhatAFaultNeeds) {
  const std::filesystem::path image = CopyImage();
  auto description = nlohmann::json::parse(ReadFile(image / "image.json"));
  // Also where the image itself does not tell its modules.
  description["modules_file"] = "few-modules";
  std::filesystem::remove(image / "image.json");
  std::ofstream(image / "image.json") << description;
  std::ofstream(image / "few-modules") << "nf_tables\nsch_prio\ncls_u32\n";
  const CommandResult result =
      RunProgram("faultline", {"sweep", "--runs", "1", "--faults", "delay"},
                 {{"FAULTLINE_IMAGE", image.string()},
                  {"FAULTLINE_RUNS", (scratch_.path() / "runs").string()}});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(
      result.standard_error,
      HasSubstr("fault delay needs the kernel module sch_netem, which the"));
  EXPECT_FALSE(std::filesystem::exists(scratch_.path() / "runs"));
}

TEST_F(BadMachine, TestProgramRefusesAFilterThatMatchesNothing) {
  const CommandResult result =
      RunProgram("t040_s1", {"--gtest_filter=NoSuch.Test"}, {});
  EXPECT_EQ(result.exit_code, 2);
}

}  // namespace
}  // namespace faultline
