#pragma once

#include <map>
#include <string>

#include "faultline/base/deadline.h"

namespace faultline::internal {

inline constexpr char kDirectorySuffix[] = "dc=faultline";
inline constexpr char kDirectoryPeople[] = "ou=people,dc=faultline";
inline constexpr char kDirectoryManager[] = "cn=manager,dc=faultline";
inline constexpr char kDirectoryReplicator[] = "cn=replicator,dc=faultline";
inline constexpr char kDirectoryAuditors[] = "cn=auditors,dc=faultline";

// How providers notice that another one is gone, and come back to it. None of
// them depends on how fast a machine is.
struct SlapdTimes {
  // Silence on a connection, then probes of it, a second apart.
  std::chrono::seconds keepalive{2};
  int probes = 3;
  std::chrono::seconds retry{1};
  std::chrono::seconds connect{2};

  // From a dead connection to a new one that lives.
  Duration ReconnectionBound() const {
    return keepalive + std::chrono::seconds(probes) + retry + connect;
  }
};

// What one provider is told.
struct SlapdConfig {
  int id = 1;
  // "192.0.2.1", by id; with its own.
  std::map<int, std::string> providers = {};
  std::string manager_secret = {};
  std::string replicator_secret = {};
  SlapdTimes times = {};
};

// The entry of a policy by which passwords expire after that many seconds.
std::string ExpiryPolicyDn(int seconds);

// slapd.conf: every provider takes changes and follows the change logs of all
// others (delta-syncrepl), over TLS alone. Nobody is anonymous. A disabled
// account cannot authenticate: nobody may use its password.
std::string SlapdConfigText(const SlapdConfig& config);

// The first entries of a new directory, as LDIF.
std::string SlapdFirstEntries(const std::string& replicator_secret);

// "001" of "20261128083024.627977Z#000000#001#000000": who made the change.
std::string ProviderOfCsn(const std::string& csn);

// Several files as the one text that the guest's provider takes apart.
std::string ProviderFileText(const std::map<std::string, std::string>& files);

}  // namespace faultline::internal
