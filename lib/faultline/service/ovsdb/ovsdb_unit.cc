#include "faultline/service/ovsdb/ovsdb_unit.h"

#include <fmt/format.h>

#include <chrono>

#include "faultline/service/ovsdb/ovsdb_schema.h"

namespace faultline {
namespace {

// Nothing of ours holds a single quote.
std::string Assignment(const std::string& name, const std::string& value) {
  return fmt::format("{}='{}'\n", name, value);
}

}  // namespace

std::string OvsdbMemberText(const std::string& peer_address,
                            const std::vector<std::string>& remotes,
                            const OvsdbOptions& options) {
  const auto timer =
      std::chrono::round<std::chrono::milliseconds>(options.election_timer);
  return Assignment("peer", peer_address) +
         Assignment("remotes", fmt::format("{}", fmt::join(remotes, " "))) +
         Assignment("client_port", fmt::format("{}", kOvsdbClientPort)) +
         Assignment("election_timer", fmt::format("{}", timer.count())) +
         Assignment("schema", OvsdbSchemaText()) +
         Assignment("first", OvsdbFirstTransaction());
}

}  // namespace faultline
