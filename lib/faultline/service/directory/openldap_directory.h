#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "faultline/service/directory/certificates.h"
#include "faultline/service/directory/ldap_client.h"
#include "faultline/service/directory/openldap.h"
#include "faultline/service/directory/slapd_config.h"

namespace faultline::internal {

// What MakeOpenldap makes.
class OpenldapDirectory : public Directory {
 public:
  explicit OpenldapDirectory(Cluster& cluster);

  std::string name() const override;
  std::vector<std::pair<std::string, std::string>> settings() const override;
  std::string configuration() const override;
  Capabilities capabilities() const override {
    return {capability::kMultiProvider};
  }
  std::vector<std::string> units(const Node& node) const override;
  std::vector<Node*> nodes() const override;
  Cluster& cluster() override { return cluster_; }
  void Form(const std::vector<Node*>& nodes, Deadline deadline) override;
  void Attach(const std::vector<Node*>& nodes, Deadline deadline) override;
  void Start(Node& node, Deadline deadline) override;
  void RequireAnswer(Node& node, Deadline deadline) override;

  std::unique_ptr<DirectoryClient> Connect(
      const std::vector<Node*>& nodes,
      const DirectoryClientOptions& options) override;
  void AddAccounts(Node& through, const std::vector<DirectoryAccount>& accounts,
                   Deadline deadline) override;
  DirectoryPosition Position(Node& node, Deadline deadline) override;
  DirectoryContents Contents(Node& node, Deadline deadline) override;
  Duration ConvergenceBound() const override;

 private:
  std::string ProviderText(const std::vector<Node*>& nodes, const Node& node,
                           Deadline deadline);
  LdapServer ServerOn(Node& node, bool over_data_network) const;
  // As the manager, over the control network.
  LdapSession ManagerOf(Node& node, Deadline deadline) const;
  void Add(LdapSession& manager, Node& through, const DirectoryAccount& account,
           Deadline deadline) const;
  LdapAnswer Succeed(Node& node, const std::string& action,
                     LdapAnswer answer) const;

  Cluster& cluster_;
  const SlapdTimes times_ = {};
  const std::string manager_secret_;
  const std::string replicator_secret_;
  const std::string password_key_;
  std::unique_ptr<CertificateAuthority> authority_;
  mutable std::mutex mutex_;
  std::vector<Node*> nodes_;
};

}  // namespace faultline::internal
