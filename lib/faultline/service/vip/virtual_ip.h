#pragma once

#include <string>
#include <vector>

#include "faultline/evidence/address_recorder.h"
#include "faultline/service/managed_service.h"

namespace faultline {

namespace capability {

// The node that comes first takes the address back when it returns.
inline constexpr Capability kPreemption{"preemption"};
// A node whose service fails gives the address up, though it runs itself.
inline constexpr Capability kServiceTracking{"service-tracking"};

}  // namespace capability

// An address of the data network that one node of several has, and another one
// takes over: the role of PrismNet. Thread-safe as ManagedService is.
//
// What a binding owes:
// - At most one node has the address, but for a handover (HandoverLimit).
// - When the node that has it loses its power, its daemon, its link or the
//   service that is tracked, another one has it within TakeoverLimit, and says
//   so to the network (gratuitous ARP): hosts that remember the old place find
//   the new one.
// - A node that does not have it, does not answer for it.
// - Who holds it is asked of each node itself, over the control network.
class VirtualIp : public ManagedService {
 public:
  virtual std::string address() const = 0;  // "192.0.2.100"
  // Where whoever has the address says its node's name, and closes.
  virtual int responder_port() const = 0;

  // Whether `node` itself says that the address is on its data interface.
  // Throws CommandError if it does not answer.
  virtual bool Holds(Node& node, Deadline deadline) = 0;
  // What the daemon on `node` says it is: "MASTER", "BACKUP", "FAULT". Throws
  // CommandError if the daemon does not answer.
  virtual std::string StateOf(Node& node, Deadline deadline) = 0;
  // The nodes in the order in which they should have it, the first one first.
  virtual std::vector<Node*> Preference() const = 0;

  // From its configuration: how long nobody has the address when the node that
  // had it falls silent,
  virtual Duration TakeoverLimit() const = 0;
  // how much longer if only the tracked service failed,
  virtual Duration TrackingLimit() const = 0;
  // and how long two nodes may have it when one takes it from another, or
  // finds on its return that another has it.
  virtual Duration HandoverLimit() const = 0;

  // Nodes that say they hold it; those that do not answer are left out.
  std::vector<Node*> Holders(Deadline deadline);
  // Returns the one node that holds it; throws TimeoutError with who held it
  // last.
  Node& WaitForHolder(Deadline deadline);
  // The same, and it is another one.
  Node& WaitForHolderOtherThan(const Node& node, Deadline deadline);

 private:
  Node& WaitForHolderThat(const std::string& what, Deadline deadline,
                          const std::function<bool(const Node&)>& fits);
};

}  // namespace faultline
