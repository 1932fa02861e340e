// An image whose initrd holds the root, as NixOS's does: the Debian image's
// parts in the shape of `nix build .#guest`, links into a store included.
#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>

#include "faultline/base/files.h"
#include "faultline/base/temporary_directory.h"
#include "faultline/testing/cluster_test.h"
#include "harness/program.h"
#include "support/scratch_directory.h"

namespace faultline {
namespace {

namespace fs = std::filesystem;
using std::chrono_literals::operator""s;

std::string Padding(std::size_t length) {
  return std::string((4 - length % 4) % 4, '\0');
}

// One file of a cpio archive in the "newc" format (initramfs buffer format,
// kernel documentation): 13 fields of eight hex digits, name and content padded
// to four bytes.
std::string CpioFile(const std::string& name, const std::string& content) {
  constexpr int kRegularFile = 0100644;
  std::string header = "070701";
  const std::size_t mode = name == "TRAILER!!!" ? 0 : kRegularFile;
  for (const std::size_t field :
       {std::size_t{1}, mode, std::size_t{0}, std::size_t{0}, std::size_t{1},
        std::size_t{0}, content.size(), std::size_t{0}, std::size_t{0},
        std::size_t{0}, std::size_t{0}, name.size() + 1, std::size_t{0}})
    header += fmt::format("{:08X}", field);
  header += name + '\0';
  return header + Padding(header.size()) + content + Padding(content.size());
}

void Write(const fs::path& path, const std::string& content) {
  std::ofstream(path, std::ios::binary) << content;
}

class RootInInitrd : public ClusterTest {
 protected:
  RootInInitrd() {
    const GuestImage debian = LoadGuestImage(DefaultImageDirectory());
    if (!debian.root) return;  // this shape already
    fs::create_directory(store());
    fs::create_directory(image());
    MakeFiles(debian, *debian.root);
    Describe(debian);
    chosen_image_.emplace("FAULTLINE_IMAGE", image().string());
  }

  fs::path store() const { return scratch_.path() / "store"; }
  fs::path image() const { return scratch_.path() / "image"; }

  void MakeFiles(const GuestImage& debian, const fs::path& root) {
    fs::create_symlink(debian.directory / "vmlinuz", image() / "kernel");
    fs::create_symlink("kernel", image() / "vmlinuz");
    Write(store() / "initrd", ReadFile(debian.initrd) +
                                  CpioFile("root.squashfs", ReadFile(root)) +
                                  CpioFile("TRAILER!!!", ""));
    fs::create_symlink(store() / "initrd", image() / "initrd");
    Write(image() / "cmdline", debian.command_line + "\n");
    Write(image() / "boot.ipxe",
          fmt::format("#!ipxe\nkernel vmlinuz initrd=initrd {}\ninitrd initrd\n"
                      "boot\n",
                      debian.command_line));
  }

  void Describe(const GuestImage& debian) {
    const nlohmann::json description = {
        {"contract", 3},
        {"id", debian.id + "-root-in-initrd"},
        {"operating_system", debian.operating_system},
        {"command_line_file", "cmdline"},
        {"memory_mib", debian.netboot_memory_mib},
        {"netboot_memory_mib", debian.netboot_memory_mib + 128},
        {"files",
         {{"kernel", fs::file_size(image() / "kernel")},
          {"initrd", fs::file_size(image() / "initrd")},
          {"vmlinuz", fs::file_size(image() / "vmlinuz")}}},
        {"services", debian.services}};
    Write(image() / "image.json", description.dump());
  }

  void ExpectContract(Node& node) {
    EXPECT_EQ(node.Succeed("hostname", Within(10s)), "node1\n");
    node.Fail("grep -qx root /sys/block/vd*/serial", Within(10s));
    node.Succeed("grep -q squashfs /sys/block/loop*/loop/backing_file",
                 Within(10s));
    node.Succeed("mountpoint -q /var/lib/state", Within(10s));
    for (const auto& [service, version] : cluster().image().services)
      EXPECT_THAT(
          node.Execute(fmt::format("systemctl is-active faultline-{}", service),
                       Within(10s))
              .standard_output,
          testing::HasSubstr("inactive"));
  }

 private:
  TemporaryDirectory scratch_;
  std::optional<ScopedVariable> chosen_image_;
};

TEST_F(RootInInitrd, BootsDirectly) {
  ExpectContract(Boot({.nodes = 1}).node(1));
}

TEST_F(RootInInitrd, NetbootsOverPxe) {
  ExpectContract(Boot({.nodes = 1, .boot_path = BootPath::kNetboot}).node(1));
}

}  // namespace
}  // namespace faultline
