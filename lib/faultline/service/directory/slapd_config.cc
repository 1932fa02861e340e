#include "faultline/service/directory/slapd_config.h"

#include <fmt/format.h>

namespace faultline::internal {
namespace {

constexpr char kState[] = "/var/lib/state/openldap";

// Of the place where the guest has its schema and modules knows the guest.
std::string GlobalText(int id) {
  return fmt::format(
      "include {0}/site.conf\n"
      "moduleload ppolicy\n"
      "pidfile /run/faultline-openldap/slapd.pid\n"
      "serverID {1}\n"
      "TLSCACertificateFile {0}/authority.pem\n"
      "TLSCertificateFile {0}/server.pem\n"
      "TLSCertificateKeyFile {0}/server.key\n"
      "disallow bind_anon\n"
      "require authc\n"
      "password-hash {{SSHA}}\n"
      "threads 8\n"
      // A consumer that is cut off holds up nobody for longer.
      "writetimeout 5\n\n",
      kState, id);
}

std::string DatabaseText(const std::string& suffix,
                         const std::string& directory) {
  return fmt::format(
      "database mdb\n"
      "suffix {}\n"
      "directory {}/{}\n"
      "maxsize 268435456\n"
      "limits dn.exact=\"{}\" time=unlimited size=unlimited\n",
      suffix, kState, directory, kDirectoryReplicator);
}

std::string ChangeLogText() {
  return DatabaseText("cn=accesslog", "log") +
         fmt::format(
             "rootdn cn=accesslog\n"
             "index entryCSN,objectClass,reqEnd,reqResult,reqStart,reqDN eq\n"
             "access to * by dn.exact=\"{}\" read by * none\n"
             "overlay syncprov\n"
             "syncprov-nopresent TRUE\n"
             "syncprov-reloadhint TRUE\n"
             // Without it a provider that ended unexpectedly knows a position
             // that is older than its log: consumers are refused ("consumer
             // state is newer than provider") until it takes a new change.
             "syncprov-checkpoint 1 1\n\n",
             kDirectoryReplicator);
}

std::string AccessText() {
  const std::string replicator =
      fmt::format("by dn.exact=\"{}\" read", kDirectoryReplicator);
  return fmt::format(
      "access to filter=(employeeType=disabled) attrs=userPassword {0} by * "
      "none\n"
      "access to attrs=userPassword {0} by self write by anonymous auth by * "
      "none\n"
      "access to dn.subtree=\"{1}\" {0} by self read by group.exact=\"{2}\" "
      "read by * none\n"
      "access to * {0} by * none\n",
      replicator, kDirectoryPeople, kDirectoryAuditors);
}

std::string FollowText(int id, const std::string& address,
                       const SlapdConfig& config) {
  return fmt::format(
      "syncrepl rid={:03} provider=ldaps://{} searchbase={}\n"
      "  type=refreshAndPersist retry=\"{} +\"\n"
      "  bindmethod=simple binddn={} credentials={}\n"
      "  tls_cacert={}/authority.pem tls_reqcert=demand\n"
      "  network-timeout={} keepalive={}:{}:1\n"
      "  logbase=cn=accesslog\n"
      "  logfilter=\"(&(objectClass=auditWriteObject)(reqResult=0))\"\n"
      "  syncdata=accesslog\n",
      id, address, kDirectorySuffix, config.times.retry.count(),
      kDirectoryReplicator, config.replicator_secret, kState,
      config.times.connect.count(), config.times.keepalive.count(),
      config.times.probes);
}

}  // namespace

std::string SlapdConfigText(const SlapdConfig& config) {
  std::string text = GlobalText(config.id) + ChangeLogText() +
                     DatabaseText(kDirectorySuffix, "data") +
                     fmt::format(
                         "rootdn {}\n"
                         "rootpw {}\n"
                         "index objectClass,entryCSN,entryUUID eq\n",
                         kDirectoryManager, config.manager_secret) +
                     AccessText();
  for (const auto& [id, address] : config.providers)
    if (id != config.id) text += FollowText(id, address, config);
  return text +
         // Without another provider there is nothing to be told of.
         (config.providers.size() > 1 ? "multiprovider on\n" : "") +
         "overlay syncprov\n"
         "syncprov-checkpoint 1 1\n"
         "overlay accesslog\n"
         "logdb cn=accesslog\n"
         "logops writes\n"
         "logsuccess TRUE\n"
         "overlay ppolicy\n";
}

std::string SlapdFirstEntries(const std::string& replicator_secret) {
  return fmt::format(
      "dn: {}\n"
      "objectClass: dcObject\n"
      "objectClass: organization\n"
      "dc: faultline\n"
      "o: faultline\n\n"
      "dn: {}\n"
      "objectClass: organizationalUnit\n"
      "ou: people\n\n"
      "dn: {}\n"
      "objectClass: organizationalRole\n"
      "objectClass: simpleSecurityObject\n"
      "cn: replicator\n"
      "userPassword: {}\n",
      kDirectorySuffix, kDirectoryPeople, kDirectoryReplicator,
      replicator_secret);
}

std::string ExpiryPolicyDn(int seconds) {
  return fmt::format("cn=expire-{},{}", seconds, kDirectorySuffix);
}

std::string ProviderOfCsn(const std::string& csn) {
  const std::size_t second = csn.find('#', csn.find('#') + 1);
  if (second == std::string::npos) return "?";
  return csn.substr(second + 1, csn.find('#', second + 1) - second - 1);
}

std::string ProviderFileText(const std::map<std::string, std::string>& files) {
  std::string text;
  for (const auto& [name, content] : files)
    text += "%file " + name + "\n" + content;
  return text;
}

}  // namespace faultline::internal
