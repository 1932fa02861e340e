#include "faultline/vm/credentials.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>

#include "faultline/base/error.h"
#include "faultline/base/files.h"

namespace faultline {
namespace {

namespace fs = std::filesystem;

std::string Base64(const std::string& bytes) {
  constexpr char kDigits[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 3; ++k)
      group = group << 8 |
              (k < count ? static_cast<unsigned char>(bytes[i + k]) : 0u);
    for (std::size_t k = 0; k < 4; ++k)
      text += k <= count ? kDigits[group >> (18 - 6 * k) & 63] : '=';
  }
  return text;
}

}  // namespace

fs::path CredentialPath(const MachineOptions& options,
                        const std::string& name) {
  return options.directory / "credentials" / name;
}

std::string CredentialText(const std::string& name, const std::string& value) {
  return "io.systemd.credential.binary:" + name + "=" + Base64(value);
}

void WriteCredentials(const MachineOptions& options) {
  if (options.credentials.empty()) return;
  const fs::path directory = CredentialPath(options, "").parent_path();
  fs::create_directories(directory);
  fs::permissions(directory, fs::perms::owner_all);
  for (const auto& [name, value] : options.credentials) {
    if (name.empty() || name.front() == '.' ||
        name.find_first_of("/=") != std::string::npos)
      throw UsageError(fmt::format("{}: \"{}\" cannot name a credential",
                                   options.name, name));
    WriteFileAtomically(CredentialPath(options, name),
                        CredentialText(name, value));
  }
}

}  // namespace faultline
