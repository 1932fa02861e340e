#include "faultline/persisted/checksums.h"

#include <fmt/format.h>

#include <array>
#include <bit>

namespace faultline::internal {
namespace {

using Sha1State = std::array<std::uint32_t, 5>;

std::uint32_t WordAt(std::string_view block, std::size_t at) {
  std::uint32_t word = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    word = word << 8 | static_cast<unsigned char>(block[at * 4 + i]);
  }
  return word;
}

void AddBlock(Sha1State& state, std::string_view block) {
  std::array<std::uint32_t, 80> w{};
  for (std::size_t t = 0; t < 80; ++t) {
    w[t] = t < 16 ? WordAt(block, t)
                  : std::rotl(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1);
  }
  auto [a, b, c, d, e] = state;
  for (std::size_t t = 0; t < 80; ++t) {
    const std::uint32_t f = t < 20   ? (b & c) | (~b & d)
                            : t < 40 ? b ^ c ^ d
                            : t < 60 ? (b & c) | (b & d) | (c & d)
                                     : b ^ c ^ d;
    const std::uint32_t k = t < 20   ? 0x5a827999
                            : t < 40 ? 0x6ed9eba1
                            : t < 60 ? 0x8f1bbcdc
                                     : 0xca62c1d6;
    const std::uint32_t next = std::rotl(a, 5) + f + e + k + w[t];
    e = d;
    d = c;
    c = std::rotl(b, 30);
    b = a;
    a = next;
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
  state[4] += e;
}

constexpr std::array<std::uint32_t, 256> MakeCrcTable() {
  constexpr std::uint32_t kReversedPolynomial = 0x82f63b78;
  std::array<std::uint32_t, 256> table{};
  for (std::uint32_t i = 0; i < 256; ++i) {
    std::uint32_t crc = i;
    for (int bit = 0; bit < 8; ++bit) {
      crc = crc >> 1 ^ (crc & 1 ? kReversedPolynomial : 0);
    }
    table[i] = crc;
  }
  return table;
}

}  // namespace

std::string Sha1Hex(std::string_view bytes) {
  Sha1State state = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476,
                     0xc3d2e1f0};
  std::size_t at = 0;
  for (; at + 64 <= bytes.size(); at += 64) AddBlock(state, bytes.substr(at));
  std::string last(bytes.substr(at));
  last += '\x80';
  last.append((last.size() <= 56 ? 56 : 120) - last.size(), '\0');
  const std::uint64_t bits = std::uint64_t{bytes.size()} * 8;
  for (int shift = 56; shift >= 0; shift -= 8) {
    last += static_cast<char>(bits >> shift);
  }
  for (std::size_t i = 0; i < last.size(); i += 64) {
    AddBlock(state, std::string_view(last).substr(i));
  }
  return fmt::format("{:08x}{:08x}{:08x}{:08x}{:08x}", state[0], state[1],
                     state[2], state[3], state[4]);
}

std::uint32_t Crc32c(std::uint32_t crc, std::string_view bytes) {
  static constexpr auto kTable = MakeCrcTable();
  crc = ~crc;
  for (const char byte : bytes) {
    crc = kTable[(crc ^ static_cast<unsigned char>(byte)) & 0xff] ^ crc >> 8;
  }
  return ~crc;
}

}  // namespace faultline::internal
