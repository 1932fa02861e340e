#include "faultline/vm/credentials.h"

#include <gmock/gmock.h>

#include "faultline/base/error.h"
#include "faultline/vm/console_text.h"
#include "support/scratch_directory.h"

namespace faultline {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;
using testing::ThrowsMessage;

MachineOptions WithCredential(const ScratchDirectory& scratch,
                              const std::string& name) {
  MachineOptions options;
  options.name = "node1";
  options.directory = scratch.path();
  options.credentials = {{name, "value"}};
  return options;
}

TEST(Credentials, AreWrittenAsPid1ReadsThem) {
  const std::string prefix = "io.systemd.credential.binary:n=";
  EXPECT_EQ(CredentialText("n", ""), prefix);
  EXPECT_EQ(CredentialText("n", "f"), prefix + "Zg==");
  EXPECT_EQ(CredentialText("n", "fo"), prefix + "Zm8=");
  EXPECT_EQ(CredentialText("n", "foo"), prefix + "Zm9v");
  EXPECT_EQ(CredentialText("n", "\xff\xfe\xfd\n"), prefix + "//79Cg==");
}

TEST(Credentials, AreReadableByTheOwnerOnly) {
  const ScratchDirectory scratch;
  const MachineOptions options = WithCredential(scratch, "host-key");
  WriteCredentials(options);
  WriteCredentials(options);
  const fs::path path = CredentialPath(options, "host-key");
  EXPECT_EQ(ReadFrom(path, 0), CredentialText("host-key", "value"));
  EXPECT_EQ(fs::status(path).permissions(),
            fs::perms::owner_read | fs::perms::owner_write);
  EXPECT_EQ(fs::status(path.parent_path()).permissions(), fs::perms::owner_all);
}

TEST(Credentials, AreRefusedIfTheNameIsNoFileName) {
  const ScratchDirectory scratch;
  for (const char* name : {"", "../key", "a/b", "a=b", ".hidden"})
    EXPECT_THAT(
        [&] { WriteCredentials(WithCredential(scratch, name)); },
        ThrowsMessage<UsageError>(HasSubstr("cannot name a credential")))
        << name;
}

TEST(Credentials, ThatCannotBeWrittenAreReported) {
  const ScratchDirectory scratch;
  const MachineOptions options = WithCredential(scratch, "key");
  fs::create_directories(CredentialPath(options, "key") / "in the way");
  EXPECT_THAT([&] { WriteCredentials(options); },
              ThrowsMessage<UsageError>(HasSubstr("credentials/key")));
}

}  // namespace
}  // namespace faultline
