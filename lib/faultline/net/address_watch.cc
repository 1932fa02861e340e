#include "faultline/net/address_watch.h"

#include <poll.h>

#include <algorithm>
#include <array>
#include <utility>

#include "faultline/base/error.h"

namespace faultline {
namespace {

// How soon it notices that it should end.
constexpr std::chrono::milliseconds kOneTurn{50};

}  // namespace

AddressWatch::AddressWatch(const Options& options, Heard heard)
    : options_(options),
      heard_(std::move(heard)),
      question_(ArpRequest(options.own_hardware, options.own_address,
                           options.address)),
      plug_(options.plug_directory, options.switch_port),
      capture_(options.capture),
      thread_([this](const std::stop_token& stop) { Run(stop); }) {}

AddressWatch::~AddressWatch() = default;

std::string AddressWatch::Complaint() const {
  const std::lock_guard lock(mutex_);
  return complaint_;
}

void AddressWatch::Keep(const std::string& frame) {
  capture_.Add(std::chrono::system_clock::now(), frame);
}

void AddressWatch::Look(const std::string& frame) {
  Keep(frame);
  if (const auto arp = ParseArp(frame)) {
    if (arp->sender == options_.address && heard_.arp) heard_.arp(*arp);
  } else if (const auto advert = ParseVrrp(frame)) {
    if (advert->address == options_.address && heard_.advert)
      heard_.advert(*advert);
  }
}

void AddressWatch::Run(const std::stop_token& stop) try {
  TimePoint next = std::chrono::steady_clock::now();
  while (!stop.stop_requested()) {
    const TimePoint now = std::chrono::steady_clock::now();
    if (now >= next) {
      if (plug_.Send(question_)) Keep(question_);
      capture_.Flush();
      next = std::max(next + options_.interval, now);
    }
    std::array<pollfd, 2> waits = {
        {{.fd = plug_.data_descriptor(), .events = POLLIN, .revents = 0},
         {.fd = plug_.control_descriptor(), .events = POLLIN, .revents = 0}}};
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(
        next - std::chrono::steady_clock::now());
    ::poll(
        waits.data(), waits.size(),
        static_cast<int>(
            std::clamp(left, std::chrono::milliseconds(0), kOneTurn).count()));
    while (const auto frame = plug_.Receive()) Look(*frame);
    if (waits[1].revents != 0) throw MachineError("the switch is gone");
  }
  capture_.Flush();
} catch (const std::exception& error) {
  const std::lock_guard lock(mutex_);
  complaint_ =
      std::string("the watch of ") + options_.address + ": " + error.what();
}

}  // namespace faultline
