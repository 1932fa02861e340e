#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace faultline {

// A guest image on disk that keeps the guest contract (docs/guest-contract.md):
// a directory with `image.json`, a kernel, an initrd, a command line and,
// unless the initrd holds it, a root file system. A value.
struct GuestImage {
  std::filesystem::path directory;
  std::string id;  // hash of the recipe: equal ids boot the same system
  std::string operating_system;  // "Debian 12"
  std::filesystem::path kernel;
  std::filesystem::path initrd;
  std::optional<std::filesystem::path>
      root;  // attached read-only as the virtio disk with serial "root"
  std::string command_line;
  int memory_mib = 512;          // what one guest needs
  int netboot_memory_mib = 512;  // the same when it boots from the network
  std::map<std::string, std::string>
      services;  // name -> version: {"etcd", "3.4.23"}
  std::optional<std::set<std::string>> modules =
      {};  // of the kernel, loadable or built in; absent: not told
};

// Reads and checks an image directory. Throws UsageError in one line, naming
// the file and what to do (`./faultline image` rebuilds it), if the directory
// or a file is missing, image.json does not parse or names another contract
// version, or a file is not as long as image.json says (truncated).
GuestImage LoadGuestImage(const std::filesystem::path& directory);

// The Debian release of images where FAULTLINE_RELEASE names no other.
inline constexpr char kDefaultRelease[] = "bookworm";

// FAULTLINE_IMAGE, else `current` in CacheDirectory()/images (images-RELEASE
// for another release than the default). Throws UsageError if there is none.
std::filesystem::path DefaultImageDirectory();

// The image that build-image made of these services: FAULTLINE_IMAGE, else
// `current-SERVICE+SERVICE...`, sorted, in the same directory. Throws
// UsageError, with the command that builds it, if there is none.
std::filesystem::path ServicesImageDirectory(
    const std::set<std::string>& services);

// Throws UsageError, naming the image and what it lacks, unless it holds these.
void RequireServices(const GuestImage& image,
                     const std::set<std::string>& services);

// FAULTLINE_CACHE, else XDG_CACHE_HOME/faultline, else HOME/.cache/faultline.
// Not created here.
std::filesystem::path CacheDirectory();

}  // namespace faultline
