#include "faultline/service/vm/pacemaker_files.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <sstream>

namespace faultline::internal {
namespace {

std::int64_t Milliseconds(Duration duration) {
  return std::chrono::duration_cast<std::chrono::milliseconds>(duration)
      .count();
}

std::string WordBehind(const std::string& text, const std::string& lead) {
  const auto found = text.find(lead);
  if (found == std::string::npos) return "";
  std::istringstream words(text.substr(found + lead.size()));
  std::string word;
  words >> word;
  return word;
}

std::string Power(const std::vector<std::string>& hosts) {
  return fmt::format(
      R"(<primitive id="power" class="stonith" type="fence_faultline">
        <instance_attributes id="power-attributes">
          <nvpair id="power-hosts" name="pcmk_host_list" value="{}"/>
          <nvpair id="power-check" name="pcmk_host_check" value="static-list"/>
        </instance_attributes>
        <operations>
          <op id="power-start" name="start" interval="0" timeout="60s"/>
        </operations>
      </primitive>)",
      fmt::join(hosts, " "));
}

// Its agent looks every ten seconds. Utilization would cost two more commands
// a start.
std::string Machine(const VmSpec& vm) {
  return fmt::format(
      R"(<primitive id="{0}" class="ocf" provider="heartbeat" type="VirtualDomain">
        <instance_attributes id="{0}-attributes">
          <nvpair id="{0}-config" name="config" value="{1}"/>
          <nvpair id="{0}-hypervisor" name="hypervisor" value="qemu:///system"/>
          <nvpair id="{0}-transport" name="migration_transport" value="tcp"/>
          <nvpair id="{0}-cpu" name="autoset_utilization_cpu" value="false"/>
          <nvpair id="{0}-memory" name="autoset_utilization_hv_memory" value="false"/>
        </instance_attributes>
        <meta_attributes id="{0}-meta">
          <nvpair id="{0}-role" name="target-role" value="Stopped"/>
          <nvpair id="{0}-migrate" name="allow-migrate" value="true"/>
          <nvpair id="{0}-stickiness" name="resource-stickiness" value="100"/>
        </meta_attributes>
        <operations>
          <op id="{0}-start" name="start" interval="0" timeout="120s"/>
          <op id="{0}-stop" name="stop" interval="0" timeout="120s"/>
          <op id="{0}-monitor" name="monitor" interval="10s" timeout="60s"/>
          <op id="{0}-to" name="migrate_to" interval="0" timeout="180s"/>
          <op id="{0}-from" name="migrate_from" interval="0" timeout="120s"/>
        </operations>
      </primitive>)",
      vm.name, DomainFile(vm.name));
}

std::string Nodes(const std::vector<std::string>& hosts) {
  std::string nodes;
  for (std::size_t i = 0; i < hosts.size(); ++i)
    nodes += fmt::format("<node id=\"{}\" uname=\"{}\"/>", i + 1, hosts[i]);
  return nodes;
}

}  // namespace

std::string DomainFile(const std::string& vm) {
  return "/var/lib/state/" + vm + ".xml";
}

std::string CorosyncConfiguration(
    const std::vector<std::pair<std::string, std::string>>& hosts,
    const PacemakerOptions& options) {
  std::string text = fmt::format(
      "totem {{\n  version: 2\n  cluster_name: faultline\n  transport: udpu\n"
      "  crypto_cipher: none\n  crypto_hash: none\n  token: {}\n"
      "  token_coefficient: 0\n}}\nnodelist {{\n",
      Milliseconds(options.token));
  int id = 0;
  for (const auto& [name, address] : hosts)
    text += fmt::format(
        "  node {{\n    ring0_addr: {}\n    name: {}\n    nodeid: {}\n  }}\n",
        address, name, ++id);
  return text +
         "}\nquorum {\n  provider: corosync_votequorum\n}\n"
         "logging {\n  to_stderr: yes\n  to_logfile: no\n  to_syslog: no\n"
         "  timestamp: off\n}\n";
}

std::string ClusterInformation(const std::vector<std::string>& hosts,
                               const PacemakerOptions& options) {
  std::string machines;
  for (const VmSpec& vm : options.vms) machines += Machine(vm);
  return fmt::format(
      R"(<cib validate-with="pacemaker-3.9" epoch="1" num_updates="0" admin_epoch="1">
  <configuration>
    <crm_config>
      <cluster_property_set id="options">
        <nvpair id="stonith" name="stonith-enabled" value="{}"/>
        <nvpair id="stonith-action" name="stonith-action" value="off"/>
        <nvpair id="stonith-timeout" name="stonith-timeout" value="{}ms"/>
        <nvpair id="no-quorum" name="no-quorum-policy" value="{}"/>
        <nvpair id="load" name="load-threshold" value="1000%"/>
        <nvpair id="dc" name="dc-deadtime" value="5s"/>
        <nvpair id="watchdog" name="have-watchdog" value="false"/>
      </cluster_property_set>
    </crm_config>
    <nodes>{}</nodes>
    <resources>
      {}{}
    </resources>
    <constraints/>
  </configuration>
  <status/>
</cib>
)",
      options.fencing, Milliseconds(options.fence_limit),
      options.fencing ? "stop" : "ignore", Nodes(hosts),
      options.fencing ? Power(hosts) : "", machines);
}

std::vector<std::string> ParseOnline(const std::string& text) {
  constexpr std::string_view kLead = "Online: [";
  std::vector<std::string> names;
  const auto begin = text.find(kLead);
  if (begin == std::string::npos) return names;
  const auto from = begin + kLead.size();
  std::istringstream words(text.substr(from, text.find(']', from) - from));
  for (std::string word; words >> word;) names.push_back(word);
  return names;
}

std::string ParseController(const std::string& text) {
  const std::string controller = WordBehind(text, "Current DC: ");
  return controller == "NONE" ? "" : controller;
}

std::string ParseLocation(const std::string& text) {
  return WordBehind(text, "is running on:");
}

}  // namespace faultline::internal
