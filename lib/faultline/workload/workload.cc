#include "faultline/workload/workload.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "faultline/base/error.h"
#include "faultline/workload/prober.h"
#include "faultline/workload/workers.h"

namespace faultline {
namespace {

using internal::Prober;
using internal::Workers;

void RejectUnusable(const WorkloadOptions& options) {
  if (options.clients < 1)
    throw UsageError("workload: needs one client or more");
  if (std::min({options.request_timeout, options.probe_interval,
                options.observe_interval}) <= Duration::zero()) {
    throw UsageError("workload: a timeout or interval is not above zero");
  }
}

}  // namespace

struct Workload::Impl {
  void StartClients(const std::vector<Node*>& nodes);
  void StartProbes(const std::vector<Node*>& nodes);
  void StartObserver();
  void Observe(NodeObserver& observer, const std::stop_token& stop);

  std::shared_ptr<LoadDriver> driver;
  const WorkloadOptions options;
  const std::uint64_t seed;
  Recorder& recorder;
  bool started = false;
  std::vector<std::unique_ptr<LoadClient>> clients;
  std::vector<std::unique_ptr<NodeProbe>> probes;
  std::unique_ptr<Prober> prober;
  Workers workers;  // the last member: its threads use the ones above
};

void Workload::Impl::StartClients(const std::vector<Node*>& nodes) {
  std::vector<int> processes;
  for (int i = 0; i < options.clients; ++i) {
    const auto stream = static_cast<std::size_t>(i);
    processes.push_back(recorder.NewProcess());
    clients.push_back(driver->MakeClient({.node = *nodes[stream % nodes.size()],
                                          .random = RandomStream(seed, stream),
                                          .process = processes.back()}));
  }
  for (std::size_t i = 0; i < clients.size(); ++i) {
    workers.Spawn([this, &client = *clients[i],
                   process = processes[i]](const std::stop_token& stop) {
      internal::RunClient(client, process, options.pause, recorder, workers,
                          stop);
    });
  }
}

void Workload::Impl::StartProbes(const std::vector<Node*>& nodes) {
  for (Node* node : nodes) {
    if (auto probe = driver->MakeProbe(*node))
      probes.push_back(std::move(probe));
  }
  if (probes.empty()) return;
  prober = std::make_unique<Prober>(options, recorder, workers);
  for (const auto& probe : probes) {
    workers.Spawn([this, &probe = *probe](const std::stop_token& stop) {
      prober->ProbeNode(probe, stop);
    });
  }
}

void Workload::Impl::StartObserver() {
  NodeObserver* observer = driver->observer();
  if (observer == nullptr) return;
  workers.Spawn([this, observer](const std::stop_token& stop) {
    Observe(*observer, stop);
  });
}

void Workload::Impl::Observe(NodeObserver& observer,
                             const std::stop_token& stop) {
  TimePoint next = std::chrono::steady_clock::now();
  while (!stop.stop_requested()) {
    for (Node* node : driver->nodes()) {
      if (stop.stop_requested()) return;
      observer.Look(*node);
    }
    next = std::max(next + Scaled(options.observe_interval),
                    std::chrono::steady_clock::now());
    workers.PauseUntil(stop, next);
  }
}

Workload::Workload(std::shared_ptr<LoadDriver> driver,
                   const WorkloadOptions& options, std::uint64_t seed,
                   Recorder& recorder)
    : impl_(new Impl{.driver = std::move(driver),
                     .options = options,
                     .seed = seed,
                     .recorder = recorder,
                     .clients = {},
                     .probes = {},
                     .prober = nullptr,
                     .workers = {}}) {
  RejectUnusable(options);
}

Workload::~Workload() = default;

void Workload::Start() {
  if (impl_->started) throw UsageError("workload: started twice");
  const std::vector<Node*> nodes = impl_->driver->nodes();
  if (nodes.empty()) {
    throw UsageError(
        fmt::format("workload: {} has no nodes", impl_->driver->name()));
  }
  impl_->started = true;
  impl_->StartProbes(nodes);
  impl_->StartClients(nodes);
  impl_->StartObserver();
}

void Workload::WaitForAcknowledged(std::int64_t count, Deadline deadline) {
  const Recorder& recorder = impl_->recorder;
  const std::int64_t before = recorder.acknowledged();
  const TimePoint began = std::chrono::steady_clock::now();
  if (impl_->workers.WaitFor(deadline, [&] {
        return recorder.acknowledged() - before >= count;
      })) {
    return;
  }
  throw TimeoutError(fmt::format(
      "workload on {}: {} of {} operations acknowledged within {} (last error "
      "of a client: {})",
      impl_->driver->name(), recorder.acknowledged() - before, count,
      ToText(std::chrono::steady_clock::now() - began),
      impl_->workers.last_error()));
}

WorkloadResult Workload::Stop() {
  const std::int64_t stopped_ns = impl_->recorder.Now();
  impl_->workers.Stop();
  impl_->workers.RethrowFirstFailure();
  WorkloadResult result{impl_->recorder.Snapshot(), {}};
  if (impl_->prober) result.probes = impl_->prober->Collect(stopped_ns);
  return result;
}

}  // namespace faultline
