#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "faultline/history/operation.h"
#include "faultline/service/managed_service.h"

namespace faultline {

namespace capability {

// Every provider takes changes, also while it does not hear the others.
inline constexpr Capability kMultiProvider{"multi-provider"};

}  // namespace capability

// A password by its name: "p3". What is sent is made from the name and from
// what is random in each run; the name alone stands in histories, and neither
// in messages or logs. The empty name is the empty password.
struct PasswordName {
  std::string name;
};

// What came of one request.
struct DirectoryReply {
  // kOk: a server answered, and `granted` is its answer. kFail: nobody
  // answered, and nothing was changed or will be. kUnknown: a change may have
  // happened, or may still happen.
  Outcome outcome = Outcome::kFail;
  // The credentials were right, the right was there, the change was made. If
  // not, the server refused and changed nothing.
  bool granted = false;
  std::string value = {};   // what was read
  std::string server = {};  // who answered: "node1"
  // Why not kOk, or why it was refused: each server that was asked, what for,
  // how long, and its words.
  std::string error = {};
};

// One client of a directory, with a list of servers. It speaks to one of them
// until that one does not answer, and goes on with the next one in the list,
// from the last to the first; each is asked once at the most in one call, for
// DirectoryClientOptions::attempt at the most. A change that was sent is never
// sent again. Every call ends by its deadline, and never throws for an answer,
// an error or a silence of the servers. No message holds a password. Used by
// one thread.
class DirectoryClient {
 public:
  virtual ~DirectoryClient() = default;

  // Whether these credentials are right, and the account enabled. An empty
  // password and an empty account (nobody) are refused by the directory.
  virtual DirectoryReply Authenticate(const std::string& account,
                                      const PasswordName& password,
                                      Deadline deadline) = 0;
  // Reads the note of the account `of` with the rights of `account`, which
  // authenticates first. Refused without the right.
  virtual DirectoryReply ReadNote(const std::string& account,
                                  const PasswordName& password,
                                  const std::string& of, Deadline deadline) = 0;
  // By the account itself: refused if `old` is not its password, or it is
  // disabled.
  virtual DirectoryReply ChangePassword(const std::string& account,
                                        const PasswordName& old,
                                        const PasswordName& fresh,
                                        Deadline deadline) = 0;
  // By the administrator, whatever the password was.
  virtual DirectoryReply ResetPassword(const std::string& account,
                                       const PasswordName& fresh,
                                       Deadline deadline) = 0;
  virtual DirectoryReply SetEnabled(const std::string& account, bool enabled,
                                    Deadline deadline) = 0;
  // Whom it speaks to, or would next.
  virtual std::string server() const = 0;
};

struct DirectoryClientOptions {
  // What a server gets to connect and answer before the next one is asked.
  // Scaled by TimeScale().
  Duration attempt = std::chrono::seconds(1);
  // By the nodes' addresses on the data network, through the tester's own leg,
  // so that partitions part the client as well. Otherwise over the control
  // network, which nothing parts.
  bool over_data_network = false;
};

struct DirectoryAccount {
  std::string name;
  PasswordName password = {"p0"};
  std::string note = {};
  // After that its password is refused as expired; 0: never.
  int password_seconds = 0;
  // May read the notes of all accounts; others read their own.
  bool auditor = false;
};

// Everything that one provider holds: the attributes of each entry by its name.
// What is secret is replaced by a fingerprint: equal ones are equal.
using DirectoryContents =
    std::map<std::string, std::map<std::string, std::set<std::string>>>;

// Up to where one provider has the changes of each provider, by that provider's
// id (OpenLDAP: contextCSN). Larger is later.
using DirectoryPosition = std::map<std::string, std::string>;

// A directory of accounts on several providers, each of which has all of it:
// the role of IAM. A client that speaks to one provider sees its own changes
// and all that this provider took before. Changes reach the others later:
// between a change and its arrival another provider may answer with what was.
// When all providers hear each other for a while, all hold the same; of two
// changes of one attribute, made on two providers that did not hear each other,
// the later one remains, although both were acknowledged.
class Directory : public ManagedService {
 public:
  // Servers are tried in the order of `nodes`.
  virtual std::unique_ptr<DirectoryClient> Connect(
      const std::vector<Node*>& nodes,
      const DirectoryClientOptions& options = {}) = 0;
  // Through that provider, new and enabled. Throws CommandError naming it and
  // the account.
  virtual void AddAccounts(Node& through,
                           const std::vector<DirectoryAccount>& accounts,
                           Deadline deadline) = 0;
  // Of that provider alone. Throw CommandError if it does not answer.
  virtual DirectoryPosition Position(Node& node, Deadline deadline) = 0;
  virtual DirectoryContents Contents(Node& node, Deadline deadline) = 0;
  // From the end of a fault until all providers hold the same at the latest,
  // as the configuration says: noticing that a connection is dead, connecting
  // again, and copying what is missing.
  virtual Duration ConvergenceBound() const = 0;

  // Returns once all providers have the same position and contents, which it
  // returns. Throws TimeoutError with what differed last.
  DirectoryContents WaitForConvergence(Deadline deadline);
  // Returns once all answer and each has every change that any of them had when
  // it was first asked, also while changes go on.
  void WaitUntilSettled(Deadline deadline) override;

 private:
  // Between the first provider, whose contents it takes, and the first one that
  // is not the same; empty: none is.
  std::string WhatDiffers(DirectoryContents& contents, Deadline deadline);
};

// "uid=ada: employeeType", a line each entry that is not the same in both; no
// values. Empty if all is.
std::string DifferenceBetween(const DirectoryContents& one,
                              const DirectoryContents& other);

}  // namespace faultline
