#include "faultline/vm/image.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <sstream>
#include <string_view>
#include <system_error>
#include <vector>

#include "faultline/base/environment.h"
#include "faultline/base/error.h"

namespace faultline {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr int kContract = 3;
constexpr int kSmallestGuestMib = 64;

[[noreturn]] void Refuse(const fs::path& file, std::string_view problem) {
  // Only our own image can be built again.
  const char* remedy = Environment("FAULTLINE_IMAGE")
                           ? "FAULTLINE_IMAGE names that image"
                           : "`./faultline image` rebuilds it";
  throw UsageError(
      fmt::format("guest image: {} {}; {}", file.string(), problem, remedy));
}

std::string ReadText(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream) Refuse(file, "is missing or cannot be read");
  return {std::istreambuf_iterator<char>(stream), {}};
}

std::string TrimmedLine(std::string text) {
  const auto last = text.find_last_not_of(" \t\r\n");
  text.erase(last == std::string::npos ? 0 : last + 1);
  return text;
}

std::set<std::string> Words(const std::string& text) {
  std::istringstream stream(text);
  return {std::istream_iterator<std::string>(stream), {}};
}

Json ReadDescription(const fs::path& file) {
  Json description = Json::parse(ReadText(file), nullptr, false);
  if (description.is_discarded()) Refuse(file, "is not JSON");
  if (!description.is_object()) Refuse(file, "holds no JSON object");
  if (const Json contract = description.value("contract", Json());
      contract != kContract)
    Refuse(file, fmt::format("is for guest contract {}, not {}",
                             contract.dump(), kContract));
  return description;
}

// Throws Json::exception if a field is missing or of another type.
void FillFromDescription(const Json& description, GuestImage& image) {
  image.id = description.at("id").get<std::string>();
  image.operating_system = description.at("operating_system");
  image.memory_mib = description.at("memory_mib");
  image.netboot_memory_mib =
      description.value("netboot_memory_mib", image.memory_mib);
  const Json services = description.value("services", Json::object());
  for (const auto& [name, version] : services.items())
    image.services[name] = version.get<std::string>();
}

// The file `name`, as long as image.json says.
fs::path CheckedFile(const GuestImage& image, const Json& files,
                     const std::string& name) {
  const fs::path path = image.directory / name;
  const auto expected = files.at(name).get<std::uintmax_t>();
  std::error_code problem;
  const std::uintmax_t size = fs::file_size(path, problem);
  if (problem) Refuse(path, "is missing");
  if (size != expected)
    Refuse(path, fmt::format("is damaged: {} bytes long instead of {}", size,
                             expected));
  return path;
}

void FillFiles(const Json& description, GuestImage& image) {
  const Json& files = description.at("files");
  for (const auto& [name, bytes] : files.items())
    CheckedFile(image, files, name);
  image.kernel = CheckedFile(image, files, "kernel");
  image.initrd = CheckedFile(image, files, "initrd");
  if (files.contains("root.squashfs"))
    image.root = CheckedFile(image, files, "root.squashfs");
  const std::string command_line =
      description.value("command_line_file", "cmdline");
  image.command_line = TrimmedLine(ReadText(image.directory / command_line));
  if (description.contains("modules_file"))
    image.modules = Words(ReadText(
        image.directory / description.at("modules_file").get<std::string>()));
}

}  // namespace

GuestImage LoadGuestImage(const fs::path& directory) {
  GuestImage image;
  std::error_code problem;
  // `current` is a link that a rebuild moves: stay with what it names now.
  image.directory = fs::canonical(directory, problem);
  if (problem) Refuse(directory, "is missing");
  const fs::path file = image.directory / "image.json";
  const Json description = ReadDescription(file);
  try {
    FillFromDescription(description, image);
    FillFiles(description, image);
  } catch (const Json::exception& error) {
    Refuse(file, fmt::format("lacks something: {}", error.what()));
  }
  if (image.id.empty()) Refuse(file, "has an empty id");
  if (image.memory_mib < kSmallestGuestMib ||
      image.netboot_memory_mib < kSmallestGuestMib)
    Refuse(file, fmt::format("gives a guest less than {} MiB of memory",
                             kSmallestGuestMib));
  return image;
}

fs::path CacheDirectory() {
  if (const auto chosen = Environment("FAULTLINE_CACHE")) return *chosen;
  if (const auto cache = Environment("XDG_CACHE_HOME"))
    return fs::path(*cache) / "faultline";
  if (const auto home = Environment("HOME"))
    return fs::path(*home) / ".cache" / "faultline";
  throw UsageError(
      "no cache directory: set FAULTLINE_CACHE (neither XDG_CACHE_HOME nor "
      "HOME is set)");
}

// Where build-image keeps the images of the release that is wanted.
fs::path ImagesDirectory() {
  const std::string release =
      Environment("FAULTLINE_RELEASE").value_or(kDefaultRelease);
  return CacheDirectory() / (release == kDefaultRelease ? std::string("images")
                                                        : "images-" + release);
}

fs::path DefaultImageDirectory() {
  if (const auto chosen = Environment("FAULTLINE_IMAGE")) return *chosen;
  const fs::path current = ImagesDirectory() / "current";
  if (std::error_code problem; !fs::exists(current, problem))
    throw UsageError(fmt::format(
        "guest image: {} is missing; `./faultline image` builds it, or set "
        "FAULTLINE_IMAGE to an image directory",
        current.string()));
  return current;
}

fs::path ServicesImageDirectory(const std::set<std::string>& services) {
  if (const auto chosen = Environment("FAULTLINE_IMAGE")) return *chosen;
  const fs::path link =
      ImagesDirectory() / fmt::format("current-{}", fmt::join(services, "+"));
  if (std::error_code problem; !fs::exists(link, problem))
    throw UsageError(fmt::format(
        "guest image: {} is missing; `./faultline image {}` builds it, or set "
        "FAULTLINE_IMAGE to the directory of one that holds them",
        link.string(), fmt::join(services, " ")));
  return link;
}

void RequireServices(const GuestImage& image,
                     const std::set<std::string>& services) {
  for (const std::string& service : services) {
    if (image.services.contains(service)) continue;
    std::vector<std::string> held;
    for (const auto& [name, version] : image.services) held.push_back(name);
    throw UsageError(fmt::format(
        "guest image: {} holds no {} ({})", image.directory.string(), service,
        held.empty() ? "it has no service"
                     : fmt::format("{}", fmt::join(held, ", "))));
  }
}

}  // namespace faultline
