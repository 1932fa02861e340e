#include "faultline/service/registry/store_bindings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cctype>

#include "faultline/service/etcd.h"
#include "faultline/service/ovsdb/ovsdb.h"

namespace faultline {
namespace {

std::string Lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char letter) {
    return static_cast<char>(std::tolower(letter));
  });
  return text;
}

}  // namespace

const std::vector<StoreBinding>& StoreBindings() {
  static const std::vector<StoreBinding> bindings = {
      {.role = "ChainFire",
       .ports = {kEtcdClientPort},
       .capabilities = EtcdCapabilities(),
       .make = [](Cluster& cluster) { return MakeEtcdStore(cluster); }},
      {.role = "FlareDB",
       .ports = {kOvsdbClientPort, kOvsdbControlPort},
       .services = {"ovsdb"},
       .capabilities = OvsdbCapabilities(),
       .make = [](Cluster& cluster) { return MakeOvsdbStore(cluster); }}};
  return bindings;
}

const StoreBinding& FindStoreBinding(const std::string& role) {
  std::vector<std::string> roles;
  for (const StoreBinding& binding : StoreBindings()) {
    if (Lower(binding.role) == Lower(role)) return binding;
    roles.push_back(Lower(binding.role));
  }
  throw UsageError(
      fmt::format("there is no role \"{}\" that a store plays; "
                  "there are {}",
                  role, fmt::join(roles, ", ")));
}

}  // namespace faultline
