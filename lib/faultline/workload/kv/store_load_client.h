#pragma once

#include <memory>
#include <string>

#include "faultline/service/replicated_store.h"
#include "faultline/workload/kv/store_traffic.h"
#include "faultline/workload/load_driver.h"
#include "faultline/workload/workload_options.h"

namespace faultline::internal {

// A client of a key-value load: its connection to one member, made anew after
// an operation that did not succeed, since the member may come back under
// another port; or one client that tries again by itself and is never replaced
// (StoreTraffic::retry). What it does is its subclass's choice.
class StoreLoadClient : public LoadClient {
 public:
  StoreLoadClient(ReplicatedStore& store, const LoadDriver::Seat& seat,
                  const StoreTraffic& traffic, Duration request_timeout);

  void Connect() override;
  void Invoke(Operation& operation) override;
  std::string target() const override { return node_.name(); }

 protected:
  // Sends it and fills in what came back.
  virtual void Send(Operation& operation, StoreClient& connection,
                    Deadline deadline) = 0;

  const StoreTraffic& traffic() const { return traffic_; }
  RandomStream& random() { return random_; }
  // A value that no other client of the recorder writes, nor this one again.
  std::string FreshValue();

 private:
  std::unique_ptr<StoreClient> MakeRetryingClient();
  Duration Limit() const;

  ReplicatedStore& store_;
  Node& node_;
  const StoreTraffic traffic_;
  const Duration request_timeout_;
  RandomStream random_;
  const std::string name_;  // leads its values
  std::unique_ptr<StoreClient> connection_;
  std::int64_t values_ = 0;
};

inline constexpr char kComparisonFailed[] = "comparison failed";

// Outcome, revision and error of a reply that answers the whole operation. A
// comparison that did not hold is a failure.
void TakeReply(Operation& operation, const StoreReply& reply);

}  // namespace faultline::internal
