#include "faultline/workload/kv/store_workload.h"

#include <utility>

#include "faultline/base/error.h"
#include "faultline/workload/kv/raft_observer.h"
#include "faultline/workload/kv/register_client.h"
#include "faultline/workload/kv/set_client.h"

namespace faultline {
namespace {

void RejectUnusable(const StoreTraffic& traffic) {
  if (traffic.keys < 1)
    throw UsageError("store traffic: needs one key or more");
  const double shares =
      traffic.read_share + traffic.compare_and_set_share + traffic.delete_share;
  if (traffic.read_share < 0 || traffic.compare_and_set_share < 0 ||
      traffic.delete_share < 0 || shares > 1) {
    throw UsageError(
        "store traffic: the shares of the operations are not within 0 and 1");
  }
}

// Writes to a key of its own.
class StoreProbe : public NodeProbe {
 public:
  StoreProbe(ReplicatedStore& store, Node& node) : store_(store), node_(node) {}

  bool Try(std::int64_t tick, Deadline deadline) override {
    try {
      if (!connection_) connection_ = store_.Connect(node_);
    } catch (const Error&) {
      return false;  // the node is down
    }
    const StoreReply reply = connection_->Put("probe/" + node_.name(),
                                              std::to_string(tick), deadline);
    if (reply.outcome == Outcome::kOk) return true;
    connection_.reset();
    return false;
  }

 private:
  ReplicatedStore& store_;
  Node& node_;
  std::unique_ptr<StoreClient> connection_;
};

}  // namespace

class StoreWorkload::Driver : public LoadDriver {
 public:
  Driver(ReplicatedStore& store, const StoreTraffic& traffic,
         Duration request_timeout, const Recorder& clock)
      : store_(store),
        traffic_(traffic),
        request_timeout_(request_timeout),
        observer_(store, request_timeout, clock) {}

  std::string name() const override { return store_.name(); }
  std::vector<Node*> nodes() const override { return store_.nodes(); }
  std::unique_ptr<LoadClient> MakeClient(const Seat& seat) override {
    if (traffic_.kind == LoadKind::kSet) {
      return std::make_unique<internal::SetClient>(store_, seat, traffic_,
                                                   request_timeout_);
    }
    return std::make_unique<internal::RegisterClient>(store_, seat, traffic_,
                                                      request_timeout_);
  }
  std::unique_ptr<NodeProbe> MakeProbe(Node& node) override {
    return std::make_unique<StoreProbe>(store_, node);
  }
  NodeObserver* observer() override { return &observer_; }

  RaftTrace TakeTrace() { return observer_.Take(); }

 private:
  ReplicatedStore& store_;
  const StoreTraffic traffic_;
  const Duration request_timeout_;
  internal::RaftObserver observer_;
};

StoreWorkload::StoreWorkload(ReplicatedStore& store,
                             const StoreTraffic& traffic,
                             const WorkloadOptions& options, std::uint64_t seed,
                             Recorder& recorder)
    : StoreWorkload(std::make_shared<Driver>(store, traffic,
                                             options.request_timeout, recorder),
                    options, seed, recorder) {
  RejectUnusable(traffic);
}

StoreWorkload::StoreWorkload(std::shared_ptr<Driver> driver,
                             const WorkloadOptions& options, std::uint64_t seed,
                             Recorder& recorder)
    : Workload(driver, options, seed, recorder), driver_(std::move(driver)) {}

StoreWorkloadResult StoreWorkload::Stop() {
  StoreWorkloadResult result{Workload::Stop(), {}};
  result.trace = driver_->TakeTrace();
  return result;
}

}  // namespace faultline
