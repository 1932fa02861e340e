#pragma once

#include <memory>
#include <string>
#include <vector>

#include "faultline/check/vm_run.h"
#include "faultline/service/vm/tick_feed.h"
#include "faultline/service/vm/vm_manager.h"
#include "faultline/testing/service_test.h"

namespace faultline {

// The hosts of a scenario, and the machines that each of them knows.
struct VmHosts {
  int hosts = 1;
  std::vector<VmSpec> vms = {{}};
  // A disk of each machine that all hosts see; otherwise each host has its own.
  bool shared_storage = true;
  std::vector<std::string> channels = {};  // beside the machines' own
  int memory_mib = 768;
};

// The fixture of scenarios on virtual machines inside hosts: ticks reach the
// recorder whatever happens to the hosts' networks, and stay in the run
// directory (vms.jsonl) with all requests, states and fences.
class VmTest : public ServiceTest {
 public:
  ~VmTest() override;

 protected:
  void TearDown() override;

  // Hosts on which the manager answers; each machine's disk can be booted.
  void FormHosts(const ServiceBinding& binding,
                 const std::set<std::string>& services, const VmHosts& hosts);
  // The same, resumed from a checkpoint of the formed cluster if possible, for
  // a manager that takes long to form.
  void ResumeHosts(const ServiceBinding& binding,
                   const std::set<std::string>& services, const VmHosts& hosts,
                   Duration form_limit);
  // The hosts, the manager not started.
  void BootHosts(const ServiceBinding& binding,
                 const std::set<std::string>& services, const VmHosts& hosts);
  VmManager& manager() { return static_cast<VmManager&>(service()); }
  Node& host(int index) { return cluster().node(index); }
  VmRecorder& vm_recorder();

  // The last tick of that machine, from any host; throws CommandError before
  // the first.
  VmTick LastTick(const std::string& vm = "ticker");
  // Returns the last one once `more` ticks have come since the call, from that
  // host (null: from any).
  VmTick WaitForTicks(int more, Deadline deadline, const Node* from = nullptr,
                      const std::string& vm = "ticker");
  // Returns once it has not ticked for that long.
  void WaitForSilence(Duration length, Deadline deadline,
                      const std::string& vm = "ticker");

  // Ends the recording and asks everything of it. Each verdict stays in the
  // report.
  Verdict JudgeVmRun(const VmPromises& promises);

 private:
  void Watch(const VmHosts& hosts);
  void PrepareDisk(Node& node, const VmSpec& vm);

  std::unique_ptr<VmRecorder> vm_recorder_;
  std::unique_ptr<TickFeed> feed_;
};

}  // namespace faultline
