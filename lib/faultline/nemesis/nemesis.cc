#include "faultline/nemesis/nemesis.h"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <exception>
#include <mutex>
#include <optional>
#include <stop_token>
#include <thread>
#include <vector>

#include "faultline/base/error.h"
#include "faultline/base/log.h"
#include "faultline/fault/active_fault.h"
#include "faultline/fault/catalogue/fault_catalogue.h"

namespace faultline {
namespace {

FaultPlan InOrder(FaultPlan plan) {
  std::ranges::stable_sort(plan.faults, {}, &PlannedFault::start);
  return plan;
}

}  // namespace

struct Nemesis::Impl {
  Impl(Maker maker, FaultPlan whole, Recorder& history)
      : make(std::move(maker)),
        plan(InOrder(std::move(whole))),
        recorder(history),
        done(plan.faults.size(), false) {}

  void Run(std::size_t index, const std::stop_token& stop) noexcept;
  void RunFault(std::size_t index, const std::stop_token& stop);
  bool WaitForTurn(std::size_t index, const std::stop_token& stop);
  bool EarlierOnesAreDone(std::size_t index) const;
  void HoldFor(Duration duration, const std::stop_token& stop);
  void Fail(std::exception_ptr error) noexcept;

  const Maker make;
  const FaultPlan plan;
  Recorder& recorder;
  TimePoint began;
  mutable std::mutex mutex;
  std::condition_variable_any changed;
  std::vector<bool> done;  // by the plan's index
  int effective = 0;
  std::exception_ptr failure;
  std::stop_source failed;  // asks all others to heal and end
  std::vector<std::jthread> threads;
};

bool Nemesis::Impl::EarlierOnesAreDone(std::size_t index) const {
  const auto begins = plan.faults[index].start;
  for (std::size_t other = 0; other < index; ++other) {
    if (!done[other] && plan.faults[other].end() <= begins) return false;
  }
  return true;
}

bool Nemesis::Impl::WaitForTurn(std::size_t index,
                                const std::stop_token& stop) {
  std::unique_lock lock(mutex);
  changed.wait_until(lock, stop, began + plan.faults[index].start,
                     [] { return false; });
  changed.wait(lock, stop, [&] { return EarlierOnesAreDone(index); });
  return !stop.stop_requested();
}

void Nemesis::Impl::HoldFor(Duration duration, const std::stop_token& stop) {
  std::unique_lock lock(mutex);
  changed.wait_for(lock, stop, duration, [] { return false; });
}

void Nemesis::Impl::RunFault(std::size_t index, const std::stop_token& stop) {
  if (!WaitForTurn(index, stop)) return;
  const PlannedFault& planned = plan.faults[index];
  Log(LogLevel::kInfo, fmt::format("nemesis: {}", ToText(planned)));
  const TimePoint injected = std::chrono::steady_clock::now();
  ActiveFault active(make(planned.fault), planned.fault, recorder,
                     Within(kInjectLimit));
  {
    const std::lock_guard lock(mutex);
    ++effective;
  }
  HoldFor(injected + planned.duration - std::chrono::steady_clock::now(), stop);
  active.Heal(Within(kHealLimit));
  active.WaitForRecovery(Within(kHealLimit));
}

void Nemesis::Impl::Run(std::size_t index,
                        const std::stop_token& stop) noexcept {
  try {
    RunFault(index, stop);
  } catch (...) {
    Fail(std::current_exception());
  }
  const std::lock_guard lock(mutex);
  done[index] = true;
  changed.notify_all();
}

void Nemesis::Impl::Fail(std::exception_ptr error) noexcept {
  {
    const std::lock_guard lock(mutex);
    if (!failure) failure = std::move(error);
  }
  failed.request_stop();
}

Nemesis::Nemesis(Maker make, FaultPlan plan, Recorder& recorder)
    : impl_(
          std::make_unique<Impl>(std::move(make), std::move(plan), recorder)) {}

Nemesis::~Nemesis() { Stop(); }

void Nemesis::Start() {
  if (!impl_->threads.empty()) throw UsageError("nemesis: started twice");
  impl_->began = std::chrono::steady_clock::now();
  for (std::size_t i = 0; i < impl_->plan.faults.size(); ++i) {
    impl_->threads.emplace_back(
        [impl = impl_.get(), i] { impl->Run(i, impl->failed.get_token()); });
  }
}

void Nemesis::Finish(Deadline deadline) {
  {
    std::unique_lock lock(impl_->mutex);
    const bool ended = impl_->changed.wait_until(lock, deadline.at(), [this] {
      return std::ranges::count(impl_->done, false) == 0;
    });
    if (!ended && !impl_->failure) {
      impl_->failure = std::make_exception_ptr(TimeoutError(fmt::format(
          "nemesis: {} of {} faults were not over at the deadline",
          std::ranges::count(impl_->done, false), impl_->done.size())));
    }
  }
  Stop();
  if (impl_->failure) std::rethrow_exception(impl_->failure);
}

void Nemesis::Stop() noexcept {
  impl_->failed.request_stop();
  impl_->threads.clear();  // joins
}

int Nemesis::effective() const {
  const std::lock_guard lock(impl_->mutex);
  return impl_->effective;
}

Nemesis::Maker MakerOf(const FaultContext& context) {
  return [context](const FaultSpec& spec) { return MakeFault(context, spec); };
}

}  // namespace faultline
