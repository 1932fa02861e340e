#include "faultline/service/directory/openldap.h"

#include <fmt/format.h>

#include <functional>
#include <random>

#include "faultline/base/files.h"
#include "faultline/service/directory/openldap_directory.h"
#include "faultline/service/service_unit.h"

namespace faultline {
namespace internal {
namespace {

constexpr char kUnit[] = "faultline-openldap.service";
constexpr char kProviderFile[] = "/var/lib/state/openldap/provider";

std::string NewSecret() {
  std::random_device device;
  std::string secret;
  for (int i = 0; i < 4; ++i) secret += fmt::format("{:08x}", device());
  return secret;
}

Deadline OneAnswer(Deadline deadline) {
  return deadline.Capped(Scaled(std::chrono::seconds(2)));
}

// Of two changes slapd keeps the one with the later time, so clocks must agree,
// as NTP makes them do elsewhere. A guest that booted on a busy host may take
// its processor's counter for a slower one, and its clock then runs at a
// multiple of the right speed (3.1 was seen): it goes by another clock.
void KeepTime(Node& node, Deadline deadline) {
  node.Succeed(
      "cd /sys/devices/system/clocksource/clocksource0 && "
      "if grep -qx tsc current_clocksource; then "
      "for s in hpet acpi_pm; do if grep -qw $s available_clocksource; then "
      "echo $s >current_clocksource; break; fi; done; fi",
      deadline);
  node.machine().agent()->SetClock(deadline);
}

// Salted hashes: equal only if one was copied from the other.
std::set<std::string> Fingerprints(const std::set<std::string>& secrets) {
  std::set<std::string> fingerprints;
  for (const std::string& secret : secrets)
    fingerprints.insert(
        fmt::format("fingerprint {:016x}", std::hash<std::string>()(secret)));
  return fingerprints;
}

LdapAttributes PolicyOf(int seconds) {
  return {{"objectClass", {"organizationalRole", "pwdPolicy"}},
          {"cn", {fmt::format("expire-{}", seconds)}},
          {"pwdAttribute", {"userPassword"}},
          {"pwdMaxAge", {std::to_string(seconds)}}};
}

LdapAttributes AttributesOf(const DirectoryAccount& account) {
  LdapAttributes attributes{
      {"objectClass", {"inetOrgPerson"}},
      {"uid", {account.name}},
      {"cn", {account.name}},
      {"sn", {account.name}},
      {"employeeType", {"enabled"}},
      {"description", {account.note.empty() ? "-" : account.note}}};
  if (account.password_seconds > 0) {
    attributes["pwdPolicySubentry"] = {
        ExpiryPolicyDn(account.password_seconds)};
  }
  return attributes;
}

}  // namespace

OpenldapDirectory::OpenldapDirectory(Cluster& cluster)
    : cluster_(cluster),
      manager_secret_(NewSecret()),
      replicator_secret_(NewSecret()),
      password_key_(NewSecret()) {}

std::string OpenldapDirectory::name() const {
  return NameWithVersion(cluster_, "openldap");
}

std::vector<std::pair<std::string, std::string>> OpenldapDirectory::settings()
    const {
  return {{"replication", "delta-syncrepl, multi-provider, TLS"},
          {"dead connection", ToText(times_.ReconnectionBound())}};
}

std::string OpenldapDirectory::configuration() const { return name(); }

std::vector<std::string> OpenldapDirectory::units(const Node& /*node*/) const {
  return {kUnit};
}

std::vector<Node*> OpenldapDirectory::nodes() const {
  const std::lock_guard lock(mutex_);
  return nodes_;
}

Duration OpenldapDirectory::ConvergenceBound() const {
  return times_.ReconnectionBound() + Scaled(std::chrono::seconds(4));
}

std::string OpenldapDirectory::ProviderText(const std::vector<Node*>& nodes,
                                            const Node& node,
                                            Deadline deadline) {
  SlapdConfig config{.id = node.index(),
                     .manager_secret = manager_secret_,
                     .replicator_secret = replicator_secret_,
                     .times = times_};
  for (const Node* provider : nodes)
    config.providers[provider->index()] = provider->data_address();
  const Certificate certificate =
      authority_->Issue(node.name(), node.data_address(), deadline);
  std::map<std::string, std::string> files{
      {"authority.pem", ReadFile(authority_->file())},
      {"server.pem", certificate.certificate},
      {"server.key", certificate.key},
      {"slapd.conf", SlapdConfigText(config)}};
  if (&node == nodes.front())
    files["first.ldif"] = SlapdFirstEntries(replicator_secret_);
  return ProviderFileText(files);
}

void OpenldapDirectory::Form(const std::vector<Node*>& nodes,
                             Deadline deadline) {
  if (!this->nodes().empty()) throw UsageError("openldap: formed before");
  authority_ = std::make_unique<CertificateAuthority>(
      cluster_.warden(), cluster_.scratch_directory() / "authority", deadline);
  for (Node* node : nodes) {
    KeepTime(*node, deadline);
    try {
      const auto agent = node->machine().agent();
      agent->RenewState(kUnit, kProviderFile,
                        ProviderText(nodes, *node, deadline), deadline);
      agent->StartUnit(kUnit, deadline);
    } catch (const MachineError& error) {
      throw CommandError(error.what());
    }
  }
  Attach(nodes, deadline);
}

void OpenldapDirectory::Attach(const std::vector<Node*>& nodes,
                               Deadline deadline) {
  if (!authority_)
    throw UsageError("openldap: what another object formed has its secrets");
  {
    const std::lock_guard lock(mutex_);
    nodes_ = nodes;
  }
  ManagedService::WaitUntilSettled(deadline);
  WaitForConvergence(deadline);
}

void OpenldapDirectory::Start(Node& node, Deadline deadline) {
  KeepTime(node, deadline);
  Directory::Start(node, deadline);
}

LdapServer OpenldapDirectory::ServerOn(Node& node,
                                       bool over_data_network) const {
  if (over_data_network) {
    return {node.name(), [this, &node] {
              return "unix:" + cluster_.data_leg()
                                   .SocketTo(node.data_address(), kOpenldapPort)
                                   .string();
            }};
  }
  return {node.name(), [&node] {
            return fmt::format("127.0.0.1:{}", node.HostPort(kOpenldapPort));
          }};
}

LdapAnswer OpenldapDirectory::Succeed(Node& node, const std::string& action,
                                      LdapAnswer answer) const {
  if (answer.code != 0) {
    throw CommandError(
        fmt::format("{}: {}: {}", node.name(), action, answer.text));
  }
  return answer;
}

LdapSession OpenldapDirectory::ManagerOf(Node& node, Deadline deadline) const {
  LdapSession session(ServerOn(node, false), authority_->file(), deadline);
  Succeed(node, "bind as the manager",
          session.Bind(kDirectoryManager, manager_secret_, deadline));
  return session;
}

// The manager's password is in the configuration, not in the directory.
void OpenldapDirectory::RequireAnswer(Node& node, Deadline deadline) {
  ManagerOf(node, OneAnswer(deadline));
}

std::unique_ptr<DirectoryClient> OpenldapDirectory::Connect(
    const std::vector<Node*>& nodes, const DirectoryClientOptions& options) {
  std::vector<LdapServer> servers;
  for (Node* node : nodes)
    servers.push_back(ServerOn(*node, options.over_data_network));
  return std::make_unique<LdapClient>(
      servers, LdapClientOptions{.authority = authority_->file(),
                                 .manager_secret = manager_secret_,
                                 .password_key = password_key_,
                                 .attempt = options.attempt});
}

void OpenldapDirectory::Add(LdapSession& manager, Node& through,
                            const DirectoryAccount& account,
                            Deadline deadline) const {
  const std::string dn = DnOf(account.name);
  if (account.password_seconds > 0) {
    Succeed(through, "add a policy",
            manager.Add(ExpiryPolicyDn(account.password_seconds),
                        PolicyOf(account.password_seconds), deadline));
  }
  Succeed(through, "add " + account.name,
          manager.Add(dn, AttributesOf(account), deadline));
  Succeed(through, "give a password to " + account.name,
          manager.ChangePassword(dn, std::nullopt,
                                 SecretOf(account.password, password_key_),
                                 deadline));
}

void OpenldapDirectory::AddAccounts(
    Node& through, const std::vector<DirectoryAccount>& accounts,
    Deadline deadline) {
  LdapSession manager = ManagerOf(through, deadline);
  std::set<std::string> auditors;
  for (const DirectoryAccount& account : accounts) {
    Add(manager, through, account, deadline);
    if (account.auditor) auditors.insert(DnOf(account.name));
  }
  if (auditors.empty()) return;
  Succeed(through, "add the auditors",
          manager.Add(kDirectoryAuditors,
                      {{"objectClass", {"groupOfNames"}},
                       {"cn", {"auditors"}},
                       {"member", auditors}},
                      deadline));
}

DirectoryPosition OpenldapDirectory::Position(Node& node, Deadline deadline) {
  const Deadline limit = OneAnswer(deadline);
  LdapSession manager = ManagerOf(node, limit);
  LdapAnswer answer =
      Succeed(node, "read its position",
              manager.Read(kDirectorySuffix, false, "(objectClass=*)",
                           {"contextCSN"}, limit));
  DirectoryPosition position;
  for (auto& [dn, attributes] : answer.entries)
    for (const std::string& csn : attributes["contextCSN"])
      position[ProviderOfCsn(csn)] = csn;
  return position;
}

DirectoryContents OpenldapDirectory::Contents(Node& node, Deadline deadline) {
  const Deadline limit = OneAnswer(deadline);
  LdapSession manager = ManagerOf(node, limit);
  DirectoryContents contents =
      Succeed(node, "read everything",
              manager.Read(kDirectorySuffix, true, "(objectClass=*)",
                           {"*", "entryCSN", "entryUUID"}, limit))
          .entries;
  for (auto& [dn, attributes] : contents) {
    const auto secret = attributes.find("userPassword");
    if (secret != attributes.end())
      secret->second = Fingerprints(secret->second);
  }
  return contents;
}

}  // namespace internal

std::unique_ptr<Directory> MakeOpenldap(Cluster& cluster) {
  return std::make_unique<internal::OpenldapDirectory>(cluster);
}

}  // namespace faultline
