#include <sys/stat.h>

#include <fstream>
#include <future>
#include <iterator>
#include <random>

#include "faultline/base/eventually.h"
#include "unit/remote/with_sshd.h"

namespace faultline {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

class SshRemoteFiles : public WithSshd {
 protected:
  static std::string Noise(std::size_t size) {
    std::mt19937 random(4711);
    std::string noise(size, '\0');
    for (char& c : noise) c = static_cast<char>(random());
    return noise;
  }
  static std::string ReadLocal(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  static int ModeOf(const std::string& path) {
    struct stat status{};
    EXPECT_EQ(::stat(path.c_str(), &status), 0) << path;
    return static_cast<int>(status.st_mode & 07777);
  }
  std::ptrdiff_t FilesIn(const std::string& name) const {
    const std::filesystem::directory_iterator files(Path(name));
    return std::distance(begin(files), end(files));
  }

  SshRemote remote_{Options()};
};

TEST_F(SshRemoteFiles, ComeBackAsTheyWereSent) {
  const std::string noise = Noise(5 * 1024 * 1024);
  remote_.Upload(noise, Path("noise"), 0644, Soon());
  EXPECT_TRUE(ReadLocal(Path("noise")) == noise);
  EXPECT_TRUE(remote_.Download(Path("noise"), Soon()) == noise);
}

TEST_F(SshRemoteFiles, MayBeEmptyOrHoldNulBytes) {
  remote_.Upload("", Path("empty"), 0600, Soon());
  EXPECT_EQ(remote_.Download(Path("empty"), Soon()), "");
  const std::string nul("a\0b\0", 4);
  remote_.Upload(nul, Path("nul"), 0600, Soon());
  EXPECT_EQ(remote_.Download(Path("nul"), Soon()), nul);
}

TEST_F(SshRemoteFiles, GetTheirMode) {
  for (const int mode : {0600, 0644, 0755, 04755, 0400}) {
    remote_.Upload("x", Path("mode"), mode, Soon());
    EXPECT_EQ(ModeOf(Path("mode")), mode) << std::oct << mode;
  }
}

TEST_F(SshRemoteFiles, MayHaveStrangeNames) {
  for (const char* const name :
       {"a b", "it's", "$HOME", "雪\"", "-n", "a\nb"}) {
    remote_.Upload(name, Path(name), 0600, Soon());
    EXPECT_EQ(ReadLocal(Path(name)), name);
    EXPECT_EQ(remote_.Download(Path(name), Soon()), name);
  }
}

TEST_F(SshRemoteFiles, AreReplacedWithNothingLeftBeside) {
  std::filesystem::create_directory(Path("d"));
  remote_.Upload("old", Path("d/f"), 0600, Soon());
  remote_.Upload("new", Path("d/f"), 0640, Soon());
  EXPECT_EQ(ReadLocal(Path("d/f")), "new");
  EXPECT_EQ(FilesIn("d"), 1);
}

TEST_F(SshRemoteFiles, CannotBeWrittenWithoutAFolder) {
  const std::string path = Path("missing/file");
  const std::string message = MessageOf<CommandError>(
      [&] { remote_.Upload(Noise(3'000'000), path, 0600, Soon()); });
  EXPECT_THAT(message,
              StartsWith("node2: cannot write " + path + " (3000000 bytes): "));
  EXPECT_EQ(remote_.Execute("true", Soon()).exit_code, 0);
}

TEST_F(SshRemoteFiles, CannotBeReadIfTheyAreMissing) {
  const std::string message = MessageOf<CommandError>(
      [&] { remote_.Download(Path("missing"), Soon()); });
  EXPECT_THAT(message,
              AllOf(StartsWith("node2: cannot read " + Path("missing")),
                    HasSubstr("No such file")));
}

// The reader in the guest sees a broken connection as the end of the file.
TEST_F(SshRemoteFiles, KeepTheirOldContentsIfAnUploadBreaksHalfWay) {
  std::filesystem::create_directory(Path("d"));
  remote_.Upload("old", Path("d/f"), 0600, Soon());
  auto upload = std::async(std::launch::async, [this] {
    remote_.Upload(std::string(200'000'000, 'x'), Path("d/f"), 0600, Soon());
  });
  Eventually(Soon(), "the upload begins", [&] { return FilesIn("d") == 2; });
  sshd_.Stop();
  EXPECT_THROW(upload.get(), CommandError);
  Eventually(Soon(), "the broken upload is cleared away",
             [&] { return FilesIn("d") == 1; });
  EXPECT_EQ(ReadLocal(Path("d/f")), "old");
}

}  // namespace
}  // namespace faultline
