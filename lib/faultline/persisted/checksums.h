#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace faultline::internal {

// FIPS 180-4, as 40 hexadecimal digits. For files that are told by it, not for
// secrets.
std::string Sha1Hex(std::string_view bytes);

// CRC-32C (Castagnoli, RFC 3720 appendix B.4), going on from `crc`: 0 begins.
std::uint32_t Crc32c(std::uint32_t crc, std::string_view bytes);

}  // namespace faultline::internal
