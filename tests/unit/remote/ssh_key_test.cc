#include "faultline/remote/ssh_key.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>

#include "faultline/base/warden.h"

namespace faultline {
namespace {

using std::chrono_literals::operator""s;
using testing::EndsWith;
using testing::StartsWith;

TEST(SshKey, IsInOpenSshTextForm) {
  const SshKeyPair key = GenerateSshKey("node7");
  EXPECT_THAT(key.private_key,
              StartsWith("-----BEGIN OPENSSH PRIVATE KEY-----\n"));
  EXPECT_THAT(key.private_key, EndsWith("-----END OPENSSH PRIVATE KEY-----\n"));
  EXPECT_THAT(key.public_key, StartsWith("ssh-ed25519 AAAA"));
  EXPECT_THAT(key.public_key, EndsWith(" node7"));
}

TEST(SshKey, IsDifferentEachTime) {
  const SshKeyPair one = GenerateSshKey("a");
  const SshKeyPair two = GenerateSshKey("a");
  EXPECT_NE(one.private_key, two.private_key);
  EXPECT_NE(one.public_key, two.public_key);
}

TEST(SshKey, SshKeygenFindsTheSamePublicHalf) {
  Warden warden;
  std::string directory =
      std::filesystem::temp_directory_path() / "faultline-key-XXXXXX";
  ASSERT_NE(::mkdtemp(directory.data()), nullptr);
  warden.RemoveAtExit(directory);
  const std::filesystem::path file = directory + "/key";
  const SshKeyPair key = GenerateSshKey("x");
  std::ofstream(file) << key.private_key;
  std::filesystem::permissions(file, std::filesystem::perms::owner_read);

  const CommandResult keygen =
      warden.Run({"ssh-keygen", "-y", "-f", file}, Deadline::After(10s));

  EXPECT_EQ(keygen.exit_code, 0) << keygen.standard_error;
  const std::string half = key.public_key.substr(0, key.public_key.rfind(' '));
  EXPECT_THAT(keygen.standard_output, StartsWith(half));
}

}  // namespace
}  // namespace faultline
