#pragma once

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "faultline/base/deadline.h"
#include "faultline/base/error.h"

namespace faultline::internal {

// Nobody answered. `sent`: a request may have reached the server.
class LdapLost : public CommandError {
 public:
  LdapLost(const std::string& message, bool was_sent)
      : CommandError(message), sent(was_sent) {}
  const bool sent;
};

using LdapAttributes = std::map<std::string, std::set<std::string>>;

// What the server answered to one request, whatever it was.
struct LdapAnswer {
  int code = 0;           // of RFC 4511
  std::string text = {};  // "Invalid credentials (49)", then its own words
  std::map<std::string, LdapAttributes> entries = {};  // by DN
};

// Where a server is, and who it must be.
struct LdapServer {
  std::string name;  // of its certificate: "node1"
  // "127.0.0.1:1636" or "unix:/path". Throws Error if there is none.
  std::function<std::string()> address;
};

// One connection to one server, with TLS. Every call ends by its deadline, and
// throws LdapLost that names the server and the action if there was no answer
// by then; the connection is of no use afterwards. Passwords may hold any
// bytes. Used by one thread.
class LdapSession {
 public:
  // Throws LdapLost, also for a server whose certificate is not that of its
  // name, has expired, or is of another authority than the one in the file
  // `authority`.
  LdapSession(const LdapServer& server, const std::filesystem::path& authority,
              Deadline deadline);
  ~LdapSession();
  LdapSession(LdapSession&& other) noexcept;

  LdapAnswer Bind(const std::string& dn, const std::string& secret,
                  Deadline deadline);
  // Without `old` by whoever may change everybody's.
  LdapAnswer ChangePassword(const std::string& dn,
                            const std::optional<std::string>& old,
                            const std::string& fresh, Deadline deadline);
  LdapAnswer Add(const std::string& dn, const LdapAttributes& attributes,
                 Deadline deadline);
  LdapAnswer Replace(const std::string& dn, const std::string& attribute,
                     const std::set<std::string>& values, Deadline deadline);
  // The entry itself, or all below it as well.
  LdapAnswer Read(const std::string& dn, bool subtree,
                  const std::string& filter,
                  const std::vector<std::string>& attributes,
                  Deadline deadline);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// `value` as one part of a DN, or of a filter, whatever it holds.
std::string EscapedForDn(const std::string& value);
std::string EscapedForFilter(const std::string& value);

}  // namespace faultline::internal
