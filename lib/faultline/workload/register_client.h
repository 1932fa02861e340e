#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <stop_token>
#include <string>

#include "faultline/history/recorder.h"
#include "faultline/service/replicated_store.h"
#include "faultline/workload/random.h"
#include "faultline/workload/workers.h"
#include "faultline/workload/workload.h"

namespace faultline::internal {

// One client of register traffic, pinned to one member; lives in one thread of
// `workers`.
class RegisterClient {
 public:
  RegisterClient(ReplicatedStore& store, Node& node,
                 const RegisterTraffic& traffic, RandomStream random,
                 Recorder& recorder, Workers& workers);

  // Until stopped. Throws what is broken: the recorder, or a store client that
  // throws although it must not.
  void Run(const std::stop_token& stop);

 private:
  // False if the member cannot be reached at all: nothing is recorded.
  bool Connected();
  Operation Choose();
  void RunOne(Operation operation);
  StoreReply Send(const Operation& operation);
  void Remember(const Operation& operation);
  void GoOnAfter(const Operation& operation, bool answered);

  ReplicatedStore& store_;
  Node& node_;
  const RegisterTraffic traffic_;
  RandomStream random_;
  Recorder& recorder_;
  Workers& workers_;
  int process_;
  const std::string name_;  // leads its values
  std::unique_ptr<StoreClient> connection_;
  std::map<std::string, std::optional<std::string>> last_seen_;  // by key
  std::int64_t writes_ = 0;
};

}  // namespace faultline::internal
