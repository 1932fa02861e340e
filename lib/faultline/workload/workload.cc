#include "faultline/workload/workload.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "faultline/base/error.h"
#include "faultline/base/random.h"
#include "faultline/workload/observer.h"
#include "faultline/workload/prober.h"
#include "faultline/workload/register_client.h"
#include "faultline/workload/set_client.h"
#include "faultline/workload/workers.h"

namespace faultline {
namespace {

using internal::LoadClient;
using internal::Observer;
using internal::Prober;
using internal::RandomStream;
using internal::RegisterClient;
using internal::SetClient;
using internal::Workers;

void RejectUnusable(const RegisterTraffic& traffic) {
  const auto reject = [](const char* what) {
    throw UsageError(fmt::format("register traffic: {}", what));
  };
  if (traffic.clients < 1) reject("needs one client or more");
  if (traffic.keys < 1) reject("needs one key or more");
  if (traffic.request_timeout <= Duration::zero() ||
      traffic.probe_interval <= Duration::zero() ||
      traffic.observe_interval <= Duration::zero()) {
    reject("a timeout or interval is not above zero");
  }
  if (traffic.read_share < 0 || traffic.compare_and_set_share < 0 ||
      traffic.delete_share < 0 ||
      traffic.read_share + traffic.compare_and_set_share +
              traffic.delete_share >
          1) {
    reject("the shares of the operations are not within 0 and 1");
  }
}

}  // namespace

struct Workload::Impl {
  std::unique_ptr<LoadClient> MakeClient(Node& node, RandomStream random);
  void StartClients(const std::vector<Node*>& nodes);
  void StartProber(const std::vector<Node*>& nodes);
  void StartObserver();

  ReplicatedStore& store;
  const RegisterTraffic traffic;
  const std::uint64_t seed;
  Recorder& recorder;
  std::vector<std::unique_ptr<LoadClient>> clients;
  std::unique_ptr<Prober> prober;
  std::unique_ptr<Observer> observer;
  Workers workers;  // the last member: its threads use the ones above
};

std::unique_ptr<LoadClient> Workload::Impl::MakeClient(Node& node,
                                                       RandomStream random) {
  if (traffic.kind == LoadKind::kSet) {
    return std::make_unique<SetClient>(store, node, traffic, random, recorder,
                                       workers);
  }
  return std::make_unique<RegisterClient>(store, node, traffic, random,
                                          recorder, workers);
}

void Workload::Impl::StartClients(const std::vector<Node*>& nodes) {
  for (int i = 0; i < traffic.clients; ++i) {
    const auto stream = static_cast<std::size_t>(i);
    clients.push_back(
        MakeClient(*nodes[stream % nodes.size()], RandomStream(seed, stream)));
  }
  for (const auto& client : clients) {
    workers.Spawn(
        [&client = *client](const std::stop_token& stop) { client.Run(stop); });
  }
}

void Workload::Impl::StartProber(const std::vector<Node*>& nodes) {
  prober = std::make_unique<Prober>(store, traffic, recorder, workers);
  for (Node* node : nodes) {
    workers.Spawn([this, node](const std::stop_token& stop) {
      prober->ProbeMember(*node, stop);
    });
  }
}

void Workload::Impl::StartObserver() {
  observer = std::make_unique<Observer>(store, traffic, recorder, workers);
  workers.Spawn([this](const std::stop_token& stop) { observer->Run(stop); });
}

Workload::Workload(ReplicatedStore& store, RegisterTraffic traffic,
                   std::uint64_t seed, Recorder& recorder)
    : impl_(new Impl{.store = store,
                     .traffic = traffic,
                     .seed = seed,
                     .recorder = recorder,
                     .clients = {},
                     .prober = nullptr,
                     .observer = nullptr,
                     .workers = {}}) {
  RejectUnusable(traffic);
}

Workload::~Workload() = default;

void Workload::Start() {
  if (impl_->prober) throw UsageError("workload: started twice");
  const std::vector<Node*> nodes = impl_->store.nodes();
  if (nodes.empty()) throw UsageError("workload: the store has no nodes");
  impl_->StartProber(nodes);
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
      impl_->store.name(), recorder.acknowledged() - before, count,
      ToText(std::chrono::steady_clock::now() - began),
      impl_->workers.last_error()));
}

WorkloadResult Workload::Stop() {
  const std::int64_t stopped_ns = impl_->recorder.Now();
  impl_->workers.Stop();
  impl_->workers.RethrowFirstFailure();
  WorkloadResult result{impl_->recorder.Snapshot(), {}, {}};
  if (impl_->prober) result.probes = impl_->prober->Collect(stopped_ns);
  if (impl_->observer) result.trace = impl_->observer->Take();
  return result;
}

}  // namespace faultline
