#include "faultline/history/text_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <zlib.h>

#include <thread>

#include "faultline/base/error.h"
#include "support/scratch_directory.h"

namespace faultline::internal {
namespace {

using testing::HasSubstr;
using testing::ThrowsMessage;

std::string Gzipped(const std::string& text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED,
                         MAX_WBITS + 16, 8, Z_DEFAULT_STRATEGY),
            Z_OK);
  std::string packed(deflateBound(&stream, text.size()) + 64, '\0');
  std::string input = text;
  stream.next_in = reinterpret_cast<Bytef*>(input.data());
  stream.avail_in = static_cast<uInt>(input.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  packed.erase(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

std::string Large() {
  std::string text;
  for (int i = 0; i < 200'000; ++i) text += std::to_string(i) + "\n";
  return text;
}

TEST(TextFile, IsReadToItsEnd) {
  const ScratchDirectory scratch;
  EXPECT_EQ(ReadTextFile(scratch.Write("empty", "")), "");
  EXPECT_EQ(ReadTextFile(scratch.Write("large", Large())), Large());
}

TEST(TextFile, MayBeAFifo) {
  const ScratchDirectory scratch;
  const auto fifo = scratch.path() / "fifo";
  ASSERT_EQ(::mkfifo(fifo.c_str(), 0600), 0);
  const std::jthread writer([&] { scratch.Write("fifo", Large()); });
  EXPECT_EQ(ReadTextFile(fifo), Large());
}

TEST(TextFile, ThatCannotBeReadIsNamedWithTheReason) {
  const ScratchDirectory scratch;
  EXPECT_THAT(
      [&] { ReadTextFile(scratch.path()); },
      ThrowsMessage<UsageError>(HasSubstr("cannot be read: Is a directory")));
  EXPECT_THAT([&] { ReadTextFile(scratch.path() / "none"); },
              ThrowsMessage<UsageError>(HasSubstr("No such file")));
}

TEST(PlainText, HasNoByteOrderMark) {
  EXPECT_EQ(ToPlainText("\xef\xbb\xbf{}", "h"), "{}");
  EXPECT_THAT(
      [] { ToPlainText("\xff\xfeh", "h"); },
      ThrowsMessage<UsageError>("h:1: UTF-16 text, which must be UTF-8"));
}

TEST(PlainText, OfWhatGzipWroteIsDecompressed) {
  const std::string packed = Gzipped(Large());
  EXPECT_EQ(ToPlainText(packed, "h"), Large());
  EXPECT_EQ(ToPlainText(packed + Gzipped("end"), "h"), Large() + "end");
  EXPECT_EQ(ToPlainText(packed + std::string(512, '\0'), "h"), Large());
  EXPECT_EQ(ToPlainText(Gzipped("\xef\xbb\xbf{}"), "h"), "{}");
}

TEST(PlainText, OfDamagedOrCutCompressionIsRefused) {
  const std::string packed = Gzipped(Large());
  for (const std::size_t length :
       {std::size_t{2}, std::size_t{9}, packed.size() / 2, packed.size() - 1}) {
    EXPECT_THAT([&] { ToPlainText(packed.substr(0, length), "h"); },
                ThrowsMessage<UsageError>("h: compressed by gzip, but cut off"))
        << length;
  }
  std::string damaged = packed;
  damaged[packed.size() / 2] =
      static_cast<char>(damaged[packed.size() / 2] ^ 8);
  EXPECT_THROW(ToPlainText(damaged, "h"), UsageError);
  EXPECT_THAT([&] { ToPlainText(packed + "tail", "h"); },
              ThrowsMessage<UsageError>(HasSubstr("something else follows")));
}

}  // namespace
}  // namespace faultline::internal
