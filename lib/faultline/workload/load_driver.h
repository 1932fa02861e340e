#pragma once

#include <memory>
#include <string>
#include <vector>

#include "faultline/base/deadline.h"
#include "faultline/base/random.h"
#include "faultline/cluster/node.h"
#include "faultline/workload/load_client.h"

namespace faultline {

// Asks one node of a service for one small thing, again and again, to measure
// whether the service is available. Used by one thread.
class NodeProbe {
 public:
  virtual ~NodeProbe() = default;
  // True if the service did it by the deadline. Does not throw for an answer,
  // an error or a silence. `tick` counts the probes of the whole run.
  virtual bool Try(std::int64_t tick, Deadline deadline) = 0;
};

// Looks at one node after the other beside the load. Used by one thread; what
// it saw is its own to keep.
class NodeObserver {
 public:
  virtual ~NodeObserver() = default;
  // One look, bounded in time. Does not throw for a node that does not answer.
  virtual void Look(Node& node) = 0;
};

// What a workload needs of a service. Its Make calls come from the thread that
// calls Workload::Start.
class LoadDriver {
 public:
  // What one client is made of.
  struct Seat {
    Node& node;           // it speaks to this one
    RandomStream random;  // its choices
    int process = 0;      // its first process number, never given before
  };

  virtual ~LoadDriver() = default;
  // Of the service, for messages: "etcd 3.4.23".
  virtual std::string name() const = 0;
  // Where clients, probes and observer go.
  virtual std::vector<Node*> nodes() const = 0;
  virtual std::unique_ptr<LoadClient> MakeClient(const Seat& seat) = 0;
  // Null: availability is not measured.
  virtual std::unique_ptr<NodeProbe> MakeProbe(Node& /*node*/) {
    return nullptr;
  }
  // Null: nothing is observed. It lives as long as the driver.
  virtual NodeObserver* observer() { return nullptr; }
};

}  // namespace faultline
