#include "faultline/service/directory/ldap_client.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "faultline/service/directory/slapd_config.h"

namespace faultline::internal {
namespace {

// Result codes of RFC 4511.
constexpr int kSuccess = 0;

bool Refuses(int code) {
  return code == 32 || code == 48 || code == 49 || code == 50 || code == 53;
}

bool Answers(int code) { return code == kSuccess || Refuses(code); }

DirectoryReply ReplyTo(const LdapAnswer& answer) {
  DirectoryReply reply{.outcome = Outcome::kOk,
                       .granted = answer.code == kSuccess};
  if (!reply.granted) reply.error = answer.text;
  return reply;
}

// An error that a change got: whether it was made, nobody knows.
DirectoryReply ReplyToChange(const LdapAnswer& answer) {
  if (Answers(answer.code)) return ReplyTo(answer);
  return {.outcome = Outcome::kUnknown, .error = answer.text};
}

}  // namespace

std::string SecretOf(const PasswordName& password, const std::string& key) {
  return password.name.empty() ? "" : key + "-" + password.name;
}

std::string DnOf(const std::string& account) {
  if (account.empty()) return "";
  return fmt::format("uid={},{}", EscapedForDn(account), kDirectoryPeople);
}

LdapClient::LdapClient(std::vector<LdapServer> servers,
                       LdapClientOptions options)
    : servers_(std::move(servers)), options_(std::move(options)) {
  if (servers_.empty()) throw UsageError("a directory client without servers");
}

LdapSession& LdapClient::Connected(Deadline deadline) {
  if (!session_) {
    session_ = std::make_unique<LdapSession>(servers_[current_],
                                             options_.authority, deadline);
  }
  return *session_;
}

void LdapClient::GoOn() {
  session_.reset();
  current_ = (current_ + 1) % servers_.size();
}

DirectoryReply LdapClient::Ask(const std::string& action, Deadline deadline,
                               const Step& step) {
  said_.clear();
  const auto end = [&](DirectoryReply reply, const std::string& server) {
    reply.server = server;
    if (!reply.error.empty()) said_.push_back(server + ": " + reply.error);
    if (!said_.empty())
      reply.error = fmt::format("{}: {}", action, fmt::join(said_, "; then "));
    return reply;
  };
  for (std::size_t asked = 0; asked < servers_.size(); ++asked) {
    const std::string server = this->server();
    const Deadline attempt = deadline.Capped(Scaled(options_.attempt));
    try {
      if (const auto reply = step(Connected(attempt), attempt)) {
        if (reply->outcome == Outcome::kUnknown) GoOn();
        return end(*reply, server);
      }
    } catch (const LdapLost& lost) {
      said_.emplace_back(lost.what());
    }
    GoOn();
    if (deadline.Expired()) break;
  }
  return end({.outcome = Outcome::kFail}, "");
}

DirectoryReply LdapClient::Authenticate(const std::string& account,
                                        const PasswordName& password,
                                        Deadline deadline) {
  return Ask("authenticate " + account, deadline,
             [&](LdapSession& session,
                 Deadline attempt) -> std::optional<DirectoryReply> {
               const LdapAnswer answer = session.Bind(
                   DnOf(account), SecretOf(password, options_.password_key),
                   attempt);
               if (Answers(answer.code)) return ReplyTo(answer);
               said_.push_back(server() + ": bind: " + answer.text);
               return std::nullopt;
             });
}

DirectoryReply LdapClient::ReadNote(const std::string& account,
                                    const PasswordName& password,
                                    const std::string& of, Deadline deadline) {
  return Ask(
      "read " + of + " as " + account, deadline,
      [&](LdapSession& session,
          Deadline attempt) -> std::optional<DirectoryReply> {
        LdapAnswer answer = session.Bind(
            DnOf(account), SecretOf(password, options_.password_key), attempt);
        if (Refuses(answer.code)) return ReplyTo(answer);
        if (answer.code == kSuccess) {
          answer = session.Read(DnOf(of), false, "(objectClass=*)",
                                {"description"}, attempt);
        }
        if (!Answers(answer.code)) {
          said_.push_back(server() + ": read: " + answer.text);
          return std::nullopt;
        }
        DirectoryReply reply = ReplyTo(answer);
        // What may not be read is not shown, without an error.
        reply.granted = reply.granted && !answer.entries.empty();
        if (reply.granted) {
          const auto& note = answer.entries.begin()->second["description"];
          if (!note.empty()) reply.value = *note.begin();
        }
        return reply;
      });
}

DirectoryReply LdapClient::Change(
    const std::string& action, const std::string& dn, const std::string& secret,
    Deadline deadline,
    const std::function<LdapAnswer(LdapSession&, Deadline)>& change) {
  return Ask(action, deadline,
             [&](LdapSession& session,
                 Deadline attempt) -> std::optional<DirectoryReply> {
               const LdapAnswer bound = session.Bind(dn, secret, attempt);
               if (Refuses(bound.code)) return ReplyTo(bound);
               if (bound.code != kSuccess) {
                 said_.push_back(server() + ": bind: " + bound.text);
                 return std::nullopt;
               }
               try {
                 return ReplyToChange(change(session, attempt));
               } catch (const LdapLost& lost) {
                 return DirectoryReply{.outcome = Outcome::kUnknown,
                                       .error = lost.what()};
               }
             });
}

DirectoryReply LdapClient::ChangePassword(const std::string& account,
                                          const PasswordName& old,
                                          const PasswordName& fresh,
                                          Deadline deadline) {
  const std::string dn = DnOf(account);
  const std::string before = SecretOf(old, options_.password_key);
  return Change("change the password of " + account, dn, before, deadline,
                [&](LdapSession& session, Deadline attempt) {
                  return session.ChangePassword(
                      dn, before, SecretOf(fresh, options_.password_key),
                      attempt);
                });
}

DirectoryReply LdapClient::ResetPassword(const std::string& account,
                                         const PasswordName& fresh,
                                         Deadline deadline) {
  return Change("reset the password of " + account, kDirectoryManager,
                options_.manager_secret, deadline,
                [&](LdapSession& session, Deadline attempt) {
                  return session.ChangePassword(
                      DnOf(account), std::nullopt,
                      SecretOf(fresh, options_.password_key), attempt);
                });
}

DirectoryReply LdapClient::SetEnabled(const std::string& account, bool enabled,
                                      Deadline deadline) {
  return Change((enabled ? "enable " : "disable ") + account, kDirectoryManager,
                options_.manager_secret, deadline,
                [&](LdapSession& session, Deadline attempt) {
                  return session.Replace(DnOf(account), "employeeType",
                                         {enabled ? "enabled" : "disabled"},
                                         attempt);
                });
}

}  // namespace faultline::internal
