#pragma once

#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "faultline/check/address_run.h"
#include "faultline/net/address_watch.h"
#include "faultline/service/vip/address_feed.h"
#include "faultline/service/vip/virtual_ip.h"
#include "faultline/testing/service_test.h"

namespace faultline {

// A binding of the VirtualIp role, as its scenarios need it. A value.
struct VirtualIpBinding {
  std::string role;                // "PrismNet"
  std::set<std::string> services;  // of the nodes' image
  std::function<std::unique_ptr<VirtualIp>(Cluster&)> make;
};

// The fixture of scenarios on an address that moves. From before the service
// starts until the end three witnesses are recorded, whatever is broken: what
// each node says it holds, by a channel that no network reaches; what passes
// the switch (address.jsonl, address.pcap); and what clients on the data
// network are answered (history.jsonl, probes.jsonl).
class VirtualIpTest : public ServiceTest {
 public:
  ~VirtualIpTest() override;

 protected:
  void TearDown() override;

  // Nodes of which one holds the address, as each says itself, and clients
  // that ask it and were answered.
  void FormAddress(const VirtualIpBinding& binding, int nodes);
  VirtualIp& vip() { return static_cast<VirtualIp&>(service()); }
  // The node that comes first, which holds it when all are well.
  Node& first() { return *vip().Preference().front(); }
  Node& second() { return *vip().Preference().at(1); }
  AddressRecorder& address_recorder() { return *address_recorder_; }

  // Returns once clients were answered so many times by `node` and nobody else
  // since the call.
  void WaitForAnswersOf(const Node& node, int count, Deadline deadline);
  // Until the time of the run at which what is judged begins.
  void JudgeFromNow() { judged_from_ns_ = address_recorder().Now(); }

  // The service's own limits, and what this machine takes to notice.
  AddressPromises PromisesFor(const std::vector<const Node*>& holders);
  // How long clients may go unanswered when the holder falls silent.
  Duration OutageLimit();

  // Ends load and recording, and asks everything of them. Each verdict stays in
  // the report.
  Verdict JudgeVirtualIp(const AddressPromises& promises);
  // Ends load and recording only, for a control, which asks for itself.
  void EndRecording();
  // After either.
  const AddressTrace& address_trace() const { return trace_; }

 private:
  void Watch();
  // The tester knows where the address is before clients are counted.
  void WarmUp();

  std::unique_ptr<AddressRecorder> address_recorder_;
  std::unique_ptr<AddressFeed> feed_;
  std::unique_ptr<AddressWatch> watch_;
  std::int64_t judged_from_ns_ = 0;
  AddressTrace trace_;
};

}  // namespace faultline
