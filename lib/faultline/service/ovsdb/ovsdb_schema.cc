#include "faultline/service/ovsdb/ovsdb_schema.h"

namespace faultline {

std::string OvsdbSchemaText() {
  return R"({"name": "faultline", "version": "1.0.0", "tables": {
  "kv": {
    "columns": {"key": {"type": "string"}, "value": {"type": "string"}},
    "indexes": [["key"]], "isRoot": true},
  "request": {
    "columns": {"id": {"type": "string"}},
    "indexes": [["id"]], "isRoot": true},
  "store": {
    "columns": {"name": {"type": "string"}, "revision": {"type": "integer"},
                "reads": {"type": "integer"}},
    "indexes": [["name"]], "isRoot": true}}}
)";
}

std::string OvsdbFirstTransaction() {
  return R"(["faultline", {"op": "insert", "table": "store", )"
         R"("row": {"name": "store"}}])";
}

}  // namespace faultline
