#include "faultline/testing/virtual_ip_test.h"

#include <fmt/format.h>

#include "faultline/base/eventually.h"
#include "faultline/net/vde_switch.h"
#include "faultline/vm/qemu_arguments.h"
#include "faultline/workload/vip/address_load.h"

namespace faultline {
namespace {

using std::chrono_literals::operator""ms;
using std::chrono_literals::operator""s;

constexpr int kClients = 2;
constexpr int kAnswersBefore = 20;
constexpr auto kThinkTime = 100ms;
// What a busy machine takes to notice, to act and to be seen, beside the
// protocol's own times; stretched by its slowness.
constexpr auto kNoticing = 1s;

// The node that has this network card, else the address itself.
std::string NodeWith(const std::string& hardware, int nodes) {
  for (int index = 1; index <= nodes; ++index)
    if (MacAddress(kDataMacPrefix, index) == hardware) return NodeName(index);
  return hardware;
}

}  // namespace

VirtualIpTest::~VirtualIpTest() = default;

void VirtualIpTest::TearDown() {
  watch_.reset();
  feed_.reset();
  ServiceTest::TearDown();
}

void VirtualIpTest::Watch() {
  address_recorder_ = std::make_unique<AddressRecorder>(
      run_directory().path() / "address.jsonl", vip().address(),
      [&history = recorder()] { return history.Now(); });
  feed_ = std::make_unique<AddressFeed>(cluster().nodes(), vip().address(),
                                        address_recorder());
  const auto heard = [this](AddressFrame::Kind kind,
                            const std::string& hardware, int priority) {
    address_recorder().Frame({.kind = kind,
                              .node = NodeWith(hardware, cluster().size()),
                              .priority = priority});
  };
  watch_ = std::make_unique<AddressWatch>(
      AddressWatch::Options{
          .plug_directory = cluster().vde_switch().plug_directory(),
          .capture = run_directory().path() / "address.pcap",
          .address = vip().address()},
      AddressWatch::Heard{.arp =
                              [heard](const ArpPacket& arp) {
                                heard(arp.IsGratuitous()
                                          ? AddressFrame::Kind::kGratuitous
                                          : AddressFrame::Kind::kReply,
                                      arp.sender_hardware, 0);
                              },
                          .advert =
                              [heard](const VrrpAdvert& advert) {
                                heard(AddressFrame::Kind::kAdvert,
                                      advert.sender_hardware, advert.priority);
                              }});
}

void VirtualIpTest::FormAddress(const VirtualIpBinding& binding, int nodes) {
  BootService({.role = binding.role, .make = binding.make},
              NodeSpecs(nodes, {.channels = {kAddressChannel},
                                .services = binding.services}));
  Watch();
  service().Form(cluster().nodes(), Within(60s));
  WarmUp();
  StartLoad(MakeAddressLoad(vip()), {.clients = kClients, .pause = kThinkTime});
  WaitForAnswersOf(vip().WaitForHolder(Within(10s)), kAnswersBefore,
                   Within(30s));
  JudgeFromNow();
}

void VirtualIpTest::WarmUp() {
  const std::string socket =
      "unix:" + cluster()
                    .data_leg()
                    .SocketTo(vip().address(), vip().responder_port())
                    .string();
  Eventually(Within(20s), vip().address() + " to be answered for",
             [&] { return AskWhoAnswers(socket, Within(1s)).has_value(); });
}

void VirtualIpTest::WaitForAnswersOf(const Node& node, int count,
                                     Deadline deadline) {
  const std::int64_t since = recorder().Now();
  Eventually(deadline,
             fmt::format("{} answers of {} in a row", count, node.name()),
             [&](LastSeen& seen) {
               int in_a_row = 0;
               std::string last;
               for (const Operation& asked : recorder().Snapshot().operations) {
                 if (asked.outcome != Outcome::kOk || asked.invoked_ns < since)
                   continue;
                 last = asked.call->output;
                 in_a_row = last == node.name() ? in_a_row + 1 : 0;
               }
               seen.Set(fmt::format("{} in a row, the last one of {}", in_a_row,
                                    last.empty() ? "nobody" : last));
               return in_a_row >= count;
             });
}

Duration VirtualIpTest::OutageLimit() {
  return vip().TakeoverLimit() + Scaled(kNoticing);
}

AddressPromises VirtualIpTest::PromisesFor(
    const std::vector<const Node*>& holders) {
  const Duration noticing = Scaled(kNoticing);
  AddressPromises promises{
      .takeover_limit_ns = OutageLimit().count(),
      .handover_limit_ns = (vip().HandoverLimit() + noticing).count(),
      .announce_limit_ns = noticing.count(),
      .from_ns = judged_from_ns_};
  for (const Node* node : holders) promises.holders.push_back(node->name());
  return promises;
}

void VirtualIpTest::EndRecording() {
  // It has nothing to ask of a history of questions; it ends the load and keeps
  // the evidence.
  Judge({});
  address_recorder().End();
  address_recorder().ThrowIfBroken();
  if (const std::string broken = watch_->Complaint(); !broken.empty())
    throw MachineError(broken);
  trace_ = address_recorder().Snapshot();
}

Verdict VirtualIpTest::JudgeVirtualIp(const AddressPromises& promises) {
  EndRecording();
  std::vector<Verdict> verdicts;
  for (Verdict& verdict : JudgeAddress(trace_, history(), promises))
    verdicts.push_back(Record(std::move(verdict)));
  return Combine(verdicts);
}

}  // namespace faultline
