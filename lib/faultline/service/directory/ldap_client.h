#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "faultline/service/directory/directory.h"
#include "faultline/service/directory/ldap_session.h"

namespace faultline::internal {

// What a client must know to speak to a directory of ours.
struct LdapClientOptions {
  std::filesystem::path authority;  // the file of its certificate
  std::string manager_secret = {};
  std::string password_key = {};  // random, of this run
  Duration attempt = std::chrono::seconds(1);
};

// The password of that name in this run.
std::string SecretOf(const PasswordName& password, const std::string& key);
// "uid=ada,ou=people,dc=faultline"; empty for the empty account.
std::string DnOf(const std::string& account);

// The DirectoryClient over LDAP.
//
//   what came back                                   outcome
//   nothing, and nothing was sent                    the next server, then
//   kFail nothing, after a bind or a read was sent         the next server,
//   then kFail nothing, after a change was sent                 kUnknown
//   success (0)                                      kOk, granted
//   noSuchObject (32), inappropriateAuthentication
//   (48), invalidCredentials (49),
//   insufficientAccessRights (50),
//   unwillingToPerform (53)                          kOk, refused
//   anything else to a bind or a read                the next server, then
//   kFail anything else to a change                        kUnknown
class LdapClient : public DirectoryClient {
 public:
  // Throws UsageError without servers.
  LdapClient(std::vector<LdapServer> servers, LdapClientOptions options);

  DirectoryReply Authenticate(const std::string& account,
                              const PasswordName& password,
                              Deadline deadline) override;
  DirectoryReply ReadNote(const std::string& account,
                          const PasswordName& password, const std::string& of,
                          Deadline deadline) override;
  DirectoryReply ChangePassword(const std::string& account,
                                const PasswordName& old,
                                const PasswordName& fresh,
                                Deadline deadline) override;
  DirectoryReply ResetPassword(const std::string& account,
                               const PasswordName& fresh,
                               Deadline deadline) override;
  DirectoryReply SetEnabled(const std::string& account, bool enabled,
                            Deadline deadline) override;
  std::string server() const override { return servers_[current_].name; }

 private:
  // Nothing: the next server is to be asked.
  using Step = std::function<std::optional<DirectoryReply>(LdapSession&,
                                                           Deadline deadline)>;
  // What has been asked for, in its words: "authenticate ada".
  DirectoryReply Ask(const std::string& action, Deadline deadline,
                     const Step& step);
  LdapSession& Connected(Deadline deadline);
  void GoOn();
  // A change after a bind, on the same connection.
  DirectoryReply Change(
      const std::string& action, const std::string& dn,
      const std::string& secret, Deadline deadline,
      const std::function<LdapAnswer(LdapSession&, Deadline)>& change);

  const std::vector<LdapServer> servers_;
  const LdapClientOptions options_;
  std::size_t current_ = 0;
  std::unique_ptr<LdapSession> session_;
  std::vector<std::string> said_;  // by the servers, in one call
};

}  // namespace faultline::internal
