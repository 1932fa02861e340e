#include "faultline/history/gunzip.h"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <limits>

#include "faultline/base/error.h"

namespace faultline::internal {
namespace {

constexpr std::size_t kPiece = std::size_t{256} << 10;
constexpr int kGzipOnly = 16;  // added to the window's size

UsageError Damaged(const std::string& name, const char* reason) {
  return UsageError(
      fmt::format("{}: compressed by gzip, but {}", name, reason));
}

// zlib's state, freed on all ways out.
class Inflater {
 public:
  explicit Inflater(const std::string& name) : name_(name) {
    if (::inflateInit2(&stream_, MAX_WBITS + kGzipOnly) != Z_OK) {
      throw Damaged(name, "zlib does not start");
    }
  }
  ~Inflater() { ::inflateEnd(&stream_); }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  // Appends one member to `text` and takes it away from `rest`.
  void Member(std::string_view& rest, std::string& text);

 private:
  const std::string& name_;
  z_stream stream_{};
};

void Inflater::Member(std::string_view& rest, std::string& text) {
  ::inflateReset(&stream_);
  for (int result = Z_OK; result != Z_STREAM_END;) {
    const auto input =
        std::min<std::size_t>(rest.size(), std::numeric_limits<uInt>::max());
    const std::size_t used = text.size();
    text.resize(used + kPiece);
    // zlib takes a pointer to what it only reads.
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(rest.data()));
    stream_.avail_in = static_cast<uInt>(input);
    stream_.next_out = reinterpret_cast<Bytef*>(text.data() + used);
    stream_.avail_out = static_cast<uInt>(kPiece);
    result = ::inflate(&stream_, Z_NO_FLUSH);
    rest.remove_prefix(input - stream_.avail_in);
    text.resize(used + kPiece - stream_.avail_out);
    if (result == Z_BUF_ERROR) throw Damaged(name_, "cut off");
    if (result != Z_OK && result != Z_STREAM_END) {
      throw Damaged(name_, "damaged");
    }
  }
}

}  // namespace

bool IsGzip(std::string_view content) {
  return content.starts_with("\x1f\x8b");
}

std::string Gunzip(std::string_view compressed, const std::string& name) {
  std::string text;
  Inflater inflater(name);
  do {
    inflater.Member(compressed, text);
  } while (IsGzip(compressed));
  // Tapes and block devices pad with zeros.
  if (compressed.find_first_not_of('\0') != std::string_view::npos) {
    throw Damaged(name, "something else follows it");
  }
  return text;
}

}  // namespace faultline::internal
