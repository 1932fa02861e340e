#pragma once

#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "faultline/service/vm/vm_manager.h"

namespace faultline::internal {

// See libvirt.h; a class, so that other bindings can build on it.
class LibvirtManager : public VmManager {
 public:
  explicit LibvirtManager(Cluster& cluster) : cluster_(cluster) {}

  std::string name() const override;
  std::vector<std::pair<std::string, std::string>> settings() const override;
  std::string configuration() const override;
  Capabilities capabilities() const override;
  std::vector<std::string> units(const Node& node) const override;
  std::vector<Node*> nodes() const override;
  Cluster& cluster() override { return cluster_; }
  void Form(const std::vector<Node*>& nodes, Deadline deadline) override;
  void Attach(const std::vector<Node*>& nodes, Deadline deadline) override;
  void RequireAnswer(Node& node, Deadline deadline) override;

  std::map<std::string, VmStatus> List(Node& host, Deadline deadline) override;
  std::vector<VmEvent> Events(Node& host, Deadline deadline) override;
  void BeginMigration(Node& from, const std::string& vm, Node& to,
                      const MigrationOptions& options,
                      Deadline deadline) override;
  MigrationResult WaitForMigration(Node& from, const std::string& vm,
                                   Deadline deadline) override;

 protected:
  void DoDefine(Node& host, const std::string& description,
                Deadline deadline) override;
  std::string Describe(const VmSpec& vm) const override;
  void Do(Node& host, const std::string& verb, const std::string& vm,
          Deadline deadline) override;
  VmStatus AskState(Node& host, const std::string& vm,
                    Deadline deadline) override;
  void DoKillVm(Node& host, const std::string& vm, const std::string& signal,
                Deadline deadline) override;

 private:
  std::string version() const;

  Cluster& cluster_;
  mutable std::mutex mutex_;
  std::vector<Node*> nodes_;
};

}  // namespace faultline::internal
