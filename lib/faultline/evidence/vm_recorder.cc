#include "faultline/evidence/vm_recorder.h"

#include <utility>

#include "faultline/base/error.h"

namespace faultline {

VmRecorder::VmRecorder(const std::filesystem::path& file,
                       std::function<std::int64_t()> now)
    : path_(file), now_(std::move(now)), file_(file) {
  ThrowIfBroken();
}

bool VmRecorder::Write(const std::string& line) {
  if (ended_) return false;
  file_ << line << std::flush;
  return true;
}

void VmRecorder::Tick(VmTick tick) {
  const std::lock_guard lock(mutex_);
  tick.at_ns = now_();
  if (!Write(ToJsonLine(tick))) return;
  trace_.ticks.push_back(std::move(tick));
}

void VmRecorder::Observe(VmObservation observation) {
  const std::lock_guard lock(mutex_);
  observation.at_ns = now_();
  if (!Write(ToJsonLine(observation))) return;
  trace_.observations.push_back(std::move(observation));
}

void VmRecorder::Add(VmRequest request) {
  const std::lock_guard lock(mutex_);
  if (!Write(ToJsonLine(request))) return;
  trace_.requests.push_back(std::move(request));
}

void VmRecorder::Add(FenceRequest fence) {
  const std::lock_guard lock(mutex_);
  if (!Write(ToJsonLine(fence))) return;
  trace_.fences.push_back(std::move(fence));
}

void VmRecorder::End() {
  const std::lock_guard lock(mutex_);
  const std::int64_t now = now_();
  if (!Write(VmTraceEndLine(now))) return;
  trace_.ended_ns = now;
  ended_ = true;
}

VmTrace VmRecorder::Snapshot() const {
  const std::lock_guard lock(mutex_);
  return trace_;
}

void VmRecorder::ThrowIfBroken() const {
  const std::lock_guard lock(mutex_);
  if (!file_) throw Error("cannot write " + path_.string());
}

}  // namespace faultline
