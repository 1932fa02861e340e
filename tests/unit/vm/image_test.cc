#include "faultline/vm/image.h"

#include <gmock/gmock.h>

#include "faultline/base/error.h"
#include "support/scratch_directory.h"

namespace faultline {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::Optional;
using testing::Pair;
using testing::ThrowsMessage;

const char kDescription[] = R"({
  "contract": 3, "id": "0123abcd", "operating_system": "Debian 12",
  "command_line_file": "cmdline", "memory_mib": 512, "netboot_memory_mib": 768,
  "files": {"kernel": 6, "initrd": 6, "root.squashfs": 4},
  "services": {"etcd": "3.4.23"}, "later": "addition"
})";

class GuestImageFiles : public testing::Test {
 protected:
  GuestImageFiles() {
    image_.Write("image.json", kDescription);
    image_.Write("kernel", "kernel");
    image_.Write("initrd", "initrd");
    image_.Write("root.squashfs", "root");
    image_.Write("cmdline", "console=ttyS0 quiet\n");
  }

  const ScopedVariable none_named_{"FAULTLINE_IMAGE", ""};

  // One line that names the file, says what is wrong and what to do.
  void ExpectRefused(const std::string& file, const std::string& problem) {
    const std::string path = fs::canonical(image_.path()) / file;
    EXPECT_THAT([&] { LoadGuestImage(image_.path()); },
                ThrowsMessage<UsageError>(
                    AllOf(HasSubstr(path + " "), HasSubstr(problem),
                          HasSubstr("`./faultline image` rebuilds it"),
                          Not(HasSubstr("\n")))));
  }

  void Replace(const std::string& from, const std::string& to) {
    std::string text = kDescription;
    text.replace(text.find(from), from.size(), to);
    image_.Write("image.json", text);
  }

  ScratchDirectory image_;
};

TEST_F(GuestImageFiles, AreLoaded) {
  const GuestImage image = LoadGuestImage(image_.path());
  EXPECT_EQ(image.id, "0123abcd");
  EXPECT_EQ(image.operating_system, "Debian 12");
  EXPECT_EQ(image.kernel, image.directory / "kernel");
  EXPECT_EQ(image.root, image.directory / "root.squashfs");
  EXPECT_EQ(image.command_line, "console=ttyS0 quiet");
  EXPECT_EQ(image.memory_mib, 512);
  EXPECT_EQ(image.netboot_memory_mib, 768);
  EXPECT_THAT(image.services, ElementsAre(Pair("etcd", "3.4.23")));
}

TEST_F(GuestImageFiles, NeedNoRootFileSystem) {
  Replace(R"(, "root.squashfs": 4)", "");
  EXPECT_EQ(LoadGuestImage(image_.path()).root, std::nullopt);
}

TEST_F(GuestImageFiles, MayTellTheModulesOfTheKernel) {
  EXPECT_EQ(LoadGuestImage(image_.path()).modules, std::nullopt);
  Replace(R"("later")", R"("modules_file": "modules", "later")");
  ExpectRefused("modules", "is missing");
  image_.Write("modules", "sch_netem\nvirtio\n");
  EXPECT_THAT(LoadGuestImage(image_.path()).modules,
              Optional(ElementsAre("sch_netem", "virtio")));
}

TEST_F(GuestImageFiles, AreThoseThatALinkNamedWhenLoaded) {
  const fs::path link = image_.path() / "current";
  fs::create_symlink(image_.path(), link);
  EXPECT_EQ(LoadGuestImage(link).directory, fs::canonical(image_.path()));
}

TEST_F(GuestImageFiles, AreRefusedWithoutDescription) {
  fs::remove(image_.path() / "image.json");
  ExpectRefused("image.json", "is missing");
}

TEST_F(GuestImageFiles, AreRefusedIfTheDescriptionIsNotJson) {
  image_.Write("image.json", "{\"contract\": 3,");
  ExpectRefused("image.json", "is not JSON");
  image_.Write("image.json", "[]");
  ExpectRefused("image.json", "holds no JSON object");
}

TEST_F(GuestImageFiles, AreRefusedForAnotherContract) {
  Replace("\"contract\": 3", "\"contract\": 1");
  ExpectRefused("image.json", "is for guest contract 1, not 3");
  Replace("\"contract\": 3,", "");
  ExpectRefused("image.json", "is for guest contract null, not 3");
}

TEST_F(GuestImageFiles, AreRefusedIfTheDescriptionLacksAField) {
  Replace("\"memory_mib\": 512,", "");
  ExpectRefused("image.json", "memory_mib");
  Replace("\"kernel\": 6,", "");
  ExpectRefused("image.json", "kernel");
  Replace("512", "\"much\"");
  ExpectRefused("image.json", "lacks something");
  Replace("512", "5");
  ExpectRefused("image.json", "less than 64 MiB");
  Replace("0123abcd", "");
  ExpectRefused("image.json", "empty id");
}

TEST_F(GuestImageFiles, AreRefusedWithoutKernel) {
  fs::remove(image_.path() / "kernel");
  ExpectRefused("kernel", "is missing");
}

TEST_F(GuestImageFiles, AreRefusedIfAFileIsTruncated) {
  image_.Write("kernel", "ker");
  ExpectRefused("kernel", "is damaged: 3 bytes long instead of 6");
  image_.Write("kernel", "kernel");
  image_.Write("root.squashfs", "");
  ExpectRefused("root.squashfs", "is damaged: 0 bytes long instead of 4");
}

TEST_F(GuestImageFiles, AreRefusedWithoutCommandLine) {
  fs::remove(image_.path() / "cmdline");
  ExpectRefused("cmdline", "is missing");
}

TEST(GuestImage, OneThatWasNamedIsNotSaidToBeRebuilt) {
  const ScopedVariable named("FAULTLINE_IMAGE", "/nonexistent/image");
  EXPECT_THAT(
      [] { LoadGuestImage("/nonexistent/image"); },
      ThrowsMessage<UsageError>("guest image: /nonexistent/image is missing; "
                                "FAULTLINE_IMAGE names that image"));
}

TEST(GuestImage, IsRefusedIfTheDirectoryIsMissing) {
  const ScopedVariable none("FAULTLINE_IMAGE", "");
  EXPECT_THAT([] { LoadGuestImage("/nonexistent/image"); },
              ThrowsMessage<UsageError>(
                  "guest image: /nonexistent/image is missing; `./faultline "
                  "image` rebuilds it"));
}

TEST(GuestImage, IsFoundByVariableOrInTheCache) {
  const ScratchDirectory cache;
  const ScopedVariable chosen_cache("FAULTLINE_CACHE", cache.path());
  const ScopedVariable no_image("FAULTLINE_IMAGE", "");
  EXPECT_THAT([] { DefaultImageDirectory(); },
              ThrowsMessage<UsageError>(
                  AllOf(HasSubstr((cache.path() / "images/current").string()),
                        HasSubstr("`./faultline image` builds it"))));
  fs::create_directories(cache.path() / "images/current");
  EXPECT_EQ(DefaultImageDirectory(), cache.path() / "images/current");
  const ScopedVariable image("FAULTLINE_IMAGE", "/elsewhere");
  EXPECT_EQ(DefaultImageDirectory(), "/elsewhere");
}

TEST(CacheDirectory, FollowsTheEnvironment) {
  const ScopedVariable none("FAULTLINE_CACHE", "");
  const ScopedVariable home("HOME", "/home/someone");
  const ScopedVariable xdg("XDG_CACHE_HOME", "/var/cache/someone");
  EXPECT_EQ(CacheDirectory(), "/var/cache/someone/faultline");
  const ScopedVariable no_xdg("XDG_CACHE_HOME", "");
  EXPECT_EQ(CacheDirectory(), "/home/someone/.cache/faultline");
  const ScopedVariable no_home("HOME", "");
  EXPECT_THROW(CacheDirectory(), UsageError);
}

TEST(ServicesImage, IsNamedByItsSortedServices) {
  const ScratchDirectory scratch;
  const ScopedVariable image("FAULTLINE_IMAGE", "");
  const ScopedVariable cache("FAULTLINE_CACHE", scratch.path().string());
  EXPECT_THAT([] { ServicesImageDirectory({"libvirt", "etcd"}); },
              ThrowsMessage<UsageError>(AllOf(
                  HasSubstr("images/current-etcd+libvirt is missing"),
                  HasSubstr("`./faultline image etcd libvirt` builds it"))));
  std::filesystem::create_directories(scratch.path() / "images/current-etcd");
  EXPECT_EQ(ServicesImageDirectory({"etcd"}),
            scratch.path() / "images/current-etcd");
  const ScopedVariable chosen("FAULTLINE_IMAGE", "/an/image");
  EXPECT_EQ(ServicesImageDirectory({"libvirt"}), "/an/image");
}

TEST(ServicesImage, MustHoldWhatANodeNeeds) {
  GuestImage image;
  image.directory = "/image";
  image.services = {{"etcd", "3.4"}, {"ovsdb", "3.1"}};
  RequireServices(image, {"etcd"});
  EXPECT_THAT([&] { RequireServices(image, {"etcd", "libvirt"}); },
              ThrowsMessage<UsageError>(
                  "guest image: /image holds no libvirt (etcd, ovsdb)"));
}

}  // namespace
}  // namespace faultline
