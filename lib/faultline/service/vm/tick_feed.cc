#include "faultline/service/vm/tick_feed.h"

#include <charconv>

namespace faultline {
namespace {

constexpr std::size_t kDigits = 8;

bool ReadHexadecimal(const std::string& text, std::size_t at,
                     std::uint32_t& value) {
  const char* begin = text.data() + at;
  const auto read = std::from_chars(begin, begin + kDigits, value, 16);
  return read.ec == std::errc() && read.ptr == begin + kDigits;
}

}  // namespace

std::optional<VmTick> ParseTick(const std::string& line) {
  constexpr std::size_t kBoot = 5;
  constexpr std::size_t kCount = kBoot + kDigits + 1;
  constexpr std::size_t kLength = kCount + kDigits;
  if (line.size() < kLength) return std::nullopt;
  // What a machine left that was killed in the middle of a line stands before.
  const std::string last = line.substr(line.size() - kLength);
  const bool lost = last.starts_with("lost ");
  if (!lost && !last.starts_with("tick ")) return std::nullopt;
  VmTick tick{.disturbed = lost};
  if (last[kCount - 1] != ' ' || !ReadHexadecimal(last, kBoot, tick.boot) ||
      !ReadHexadecimal(last, kCount, tick.count))
    return std::nullopt;
  return tick;
}

TickFeed::TickFeed(const std::vector<Node*>& hosts,
                   const std::vector<VmSpec>& vms, VmRecorder& recorder) {
  for (Node* host : hosts) {
    for (const VmSpec& vm : vms) {
      peers_.push_back(std::make_unique<ChannelPeer>(
          *host, vm.channel,
          [&recorder, host = host->name(),
           vm = vm.name](const std::string& line) -> std::string {
            if (auto tick = ParseTick(line)) {
              tick->host = host;
              tick->vm = vm;
              recorder.Tick(*std::move(tick));
            }
            return "";
          }));
    }
  }
}

}  // namespace faultline
