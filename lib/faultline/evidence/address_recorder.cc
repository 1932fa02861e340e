#include "faultline/evidence/address_recorder.h"

#include <algorithm>
#include <utility>

#include "faultline/base/error.h"

namespace faultline {

AddressRecorder::AddressRecorder(const std::filesystem::path& file,
                                 const std::string& address,
                                 std::function<std::int64_t()> now)
    : path_(file), now_(std::move(now)), file_(file) {
  trace_.address = address;
  Write(AddressTraceBeginLine(address));
  ThrowIfBroken();
}

bool AddressRecorder::Write(const std::string& line) {
  if (ended_) return false;
  file_ << line << std::flush;
  return true;
}

void AddressRecorder::Claim(const std::string& node, bool holds) {
  const std::lock_guard lock(mutex_);
  const auto last = std::ranges::find(
      trace_.claims.rbegin(), trace_.claims.rend(), node, &AddressClaim::node);
  if (last != trace_.claims.rend() && last->holds == holds) return;
  AddressClaim claim{.at_ns = now_(), .node = node, .holds = holds};
  if (Write(ToJsonLine(claim))) trace_.claims.push_back(std::move(claim));
}

void AddressRecorder::Frame(AddressFrame frame) {
  const std::lock_guard lock(mutex_);
  frame.at_ns = now_();
  if (Write(ToJsonLine(frame))) trace_.frames.push_back(std::move(frame));
}

void AddressRecorder::End() {
  const std::lock_guard lock(mutex_);
  const std::int64_t now = now_();
  if (!Write(AddressTraceEndLine(now))) return;
  trace_.ended_ns = now;
  ended_ = true;
}

AddressTrace AddressRecorder::Snapshot() const {
  const std::lock_guard lock(mutex_);
  return trace_;
}

void AddressRecorder::ThrowIfBroken() const {
  const std::lock_guard lock(mutex_);
  if (!file_) throw Error("cannot write " + path_.string());
}

}  // namespace faultline
