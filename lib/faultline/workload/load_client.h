#pragma once

#include <memory>
#include <stop_token>
#include <string>

#include "faultline/base/random.h"
#include "faultline/history/recorder.h"
#include "faultline/service/replicated_store.h"
#include "faultline/workload/workers.h"
#include "faultline/workload/workload.h"

namespace faultline::internal {

// One client of a load, pinned to one member; lives in one thread of `workers`.
// What it does is its subclass's choice.
class LoadClient {
 public:
  LoadClient(ReplicatedStore& store, Node& node, const RegisterTraffic& traffic,
             RandomStream random, Recorder& recorder, Workers& workers);
  virtual ~LoadClient() = default;
  LoadClient(const LoadClient&) = delete;
  LoadClient& operator=(const LoadClient&) = delete;

  // Until stopped. Throws what is broken: the recorder, or a store client that
  // throws although it must not.
  void Run(const std::stop_token& stop);

 protected:
  // The next operation, but for its process.
  virtual Operation Choose() = 0;
  // Sends it and fills in what came back.
  virtual void Send(Operation& operation, StoreClient& connection) = 0;
  // Told every outcome.
  virtual void Remember(const Operation&) {}

  const RegisterTraffic& traffic() const { return traffic_; }
  RandomStream& random() { return random_; }
  // A value that no other client of the recorder writes, nor this one again.
  std::string FreshValue();

 private:
  // False if the member cannot be reached at all: nothing is recorded.
  bool Connected();
  void RunOne(Operation operation);
  void GoOnAfter(const Operation& operation);

  ReplicatedStore& store_;
  Node& node_;
  const RegisterTraffic traffic_;
  RandomStream random_;
  Recorder& recorder_;
  Workers& workers_;
  int process_;
  const std::string name_;  // leads its values
  std::unique_ptr<StoreClient> connection_;
  std::int64_t values_ = 0;
};

inline constexpr char kComparisonFailed[] = "comparison failed";

// Outcome, revision and error of a reply that answers the whole operation. A
// comparison that did not hold is a failure.
void TakeReply(Operation& operation, const StoreReply& reply);

}  // namespace faultline::internal
