#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "faultline/service/ovsdb/ovsdb_schema.h"

// The operations of RFC 7047, section 5.2, on our schema, and the answers to
// them. For the .cc files of the OVSDB binding.
namespace faultline::internal {

nlohmann::json SelectKey(const std::string& key);
nlohmann::json InsertKey(const std::string& key, const std::string& value);
nlohmann::json DeleteKey(const std::string& key);
// Changes the value of a key that has `expected`.
nlohmann::json UpdateKey(const std::string& key, const std::string& expected,
                         const std::string& value);
// Aborts the transaction unless the key has the value, or does not exist.
nlohmann::json RequireKey(const std::string& key,
                          const std::optional<std::string>& value);
nlohmann::json InsertRequest(const std::string& id);
nlohmann::json SelectRequest(const std::string& id);
// `column`: "revision" or "reads".
nlohmann::json CountUp(const std::string& column);
nlohmann::json SelectRevision();

// Of a select of one key's row: absent if there is none. Throw
// nlohmann::json::exception if the answer has another shape.
std::optional<std::string> ValueOf(const nlohmann::json& result);
std::int64_t RevisionOf(const nlohmann::json& result);
bool HasRow(const nlohmann::json& result);
std::int64_t CountOf(const nlohmann::json& result);

// UTF-8 without U+0000, which OVSDB ends the connection for.
bool IsOvsdbText(const std::string& text);

}  // namespace faultline::internal
