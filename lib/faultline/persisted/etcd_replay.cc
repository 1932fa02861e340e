#include "faultline/persisted/etcd_replay.h"

#include <fmt/format.h>

#include <map>
#include <optional>
#include <set>
#include <string>

#include "faultline/base/error.h"
#include "faultline/persisted/protobuf_reader.h"

namespace faultline::internal {
namespace {

// Fields of InternalRaftRequest.
enum Request : std::uint32_t {
  kPut = 4,
  kDeleteRange = 5,
  kTxn = 6,
  kLeaseGrant = 8,
  kLeaseRevoke = 9,
  kAlarm = 10,
  kFirstOfAuthentication = 1000,
  kAfterAuthentication = 1300
};

struct Value {
  std::string value;
  std::uint64_t created = 0;
  std::uint64_t modified = 0;
  std::uint64_t version = 0;
  std::uint64_t lease = 0;
};

// Its effect cannot be told from the log.
class Undecided : public Error {
 public:
  using Error::Error;
};

class EtcdReplay {
 public:
  void Execute(PersistedEntry& entry) {
    entry_ = &entry;
    const std::string content = entry.content;
    if (content.front() == '0') {  // a request, not a change of the members
      ExecuteRequest(std::string_view(content).substr(1));
    }
    entry.revision = static_cast<std::int64_t>(revision_);
  }

 private:
  // etcd 3.4's members tell their names by requests of version 2, which are
  // another message: its field 2 is a method, and it changes no key.
  static bool IsOfVersion2(std::string_view request) {
    for (ProtobufReader fields(request); fields.Next();) {
      if (fields.number() != 2) continue;
      for (const char* method : {"PUT", "POST", "DELETE", "SYNC", "QGET"}) {
        if (fields.bytes() == method) return true;
      }
    }
    return false;
  }

  void ExecuteRequest(std::string_view request) {
    changed_ = false;
    if (IsOfVersion2(request)) return;
    for (ProtobufReader fields(request); fields.Next();) {
      const std::uint32_t number = fields.number();
      if (number == kPut) Put(fields.bytes());
      if (number == kDeleteRange) DeleteRange(fields.bytes());
      if (number == kTxn) Transaction(fields.bytes());
      if (number == kLeaseGrant) LeaseGrant(fields.bytes());
      if (number == kLeaseRevoke) LeaseRevoke(fields.bytes());
      if (number == kAlarm) Alarm(fields.bytes());
      if (number >= kFirstOfAuthentication && number < kAfterAuthentication) {
        throw Undecided("authentication");
      }
    }
    if (changed_) ++revision_;
  }

  // The revision that the entry under way makes.
  std::uint64_t Next() const { return revision_ + 1; }

  void Put(std::string_view message) {
    std::string key;
    Value value;
    for (ProtobufReader fields(message); fields.Next();) {
      if (fields.number() == 1) key = fields.bytes();
      if (fields.number() == 2) value.value = fields.bytes();
      if (fields.number() == 3) value.lease = fields.value();
      if (fields.number() > 4 && fields.value() != 0) {
        throw Undecided("a put that keeps what was there");
      }
    }
    if (value.lease != 0 && leases_.count(value.lease) == 0) return;
    const auto before = keys_.find(key);
    const bool is_new = before == keys_.end();
    value.created = is_new ? Next() : before->second.created;
    value.version = is_new ? 1 : before->second.version + 1;
    value.modified = Next();
    Change(key, value.value);
    keys_[key] = std::move(value);
  }

  void DeleteRange(std::string_view message) {
    std::string key;
    std::optional<std::string> end;
    for (ProtobufReader fields(message); fields.Next();) {
      if (fields.number() == 1) key = fields.bytes();
      if (fields.number() == 2) end = std::string(fields.bytes());
    }
    auto at = keys_.lower_bound(key);
    while (at != keys_.end() && IsIn(at->first, key, end)) {
      Change(at->first, std::nullopt);
      at = keys_.erase(at);
    }
  }

  // An end of one zero byte is "to the last key".
  static bool IsIn(const std::string& key, const std::string& first,
                   const std::optional<std::string>& end) {
    if (!end || end->empty()) return key == first;
    return *end == std::string(1, '\0') || key < *end;
  }

  void Transaction(std::string_view message) {
    bool holds = true;
    for (ProtobufReader fields(message); fields.Next();) {
      if (fields.number() == 1) holds = Compare(fields.bytes()) && holds;
    }
    const std::uint32_t branch = holds ? 2 : 3;
    for (ProtobufReader fields(message); fields.Next();) {
      if (fields.number() == branch) Operation(fields.bytes());
    }
  }

  void Operation(std::string_view message) {
    for (ProtobufReader fields(message); fields.Next();) {
      if (fields.number() == 2) Put(fields.bytes());
      if (fields.number() == 3) DeleteRange(fields.bytes());
      if (fields.number() == 4) Transaction(fields.bytes());
    }
  }

  bool Compare(std::string_view message) const {
    std::uint64_t result = 0;
    std::uint64_t target = 0;
    std::uint64_t number = 0;
    std::string key;
    std::string value;
    for (ProtobufReader fields(message); fields.Next();) {
      if (fields.number() == 1) result = fields.value();
      if (fields.number() == 2) target = fields.value();
      if (fields.number() == 3) key = fields.bytes();
      if (fields.number() == 7) value = fields.bytes();
      if (fields.number() >= 4 && fields.number() != 7) {
        number = fields.value();
      }
      if (fields.number() == 64) throw Undecided("a comparison of a range");
    }
    const auto found = keys_.find(key);
    if (target == 3) {  // the value of a key that is not there equals none
      return found != keys_.end() &&
             Matches(result, found->second.value.compare(value));
    }
    const Value there = found == keys_.end() ? Value() : found->second;
    return Matches(result, ToOrder(Number(there, target), number));
  }

  static std::uint64_t Number(const Value& value, std::uint64_t target) {
    switch (target) {
      case 0:
        return value.version;
      case 1:
        return value.created;
      case 2:
        return value.modified;
      default:
        return value.lease;
    }
  }

  static int ToOrder(std::uint64_t a, std::uint64_t b) {
    return a < b ? -1 : (a > b ? 1 : 0);
  }

  static bool Matches(std::uint64_t result, int order) {
    switch (result) {
      case 0:
        return order == 0;
      case 1:
        return order > 0;
      case 2:
        return order < 0;
      default:
        return order != 0;
    }
  }

  void LeaseGrant(std::string_view message) {
    for (ProtobufReader fields(message); fields.Next();) {
      if (fields.number() == 2) leases_.insert(fields.value());
    }
  }

  void LeaseRevoke(std::string_view message) {
    std::uint64_t id = 0;
    for (ProtobufReader fields(message); fields.Next();) {
      if (fields.number() == 1) id = fields.value();
    }
    if (id == 0 || leases_.erase(id) == 0) return;
    for (auto at = keys_.begin(); at != keys_.end();) {
      if (at->second.lease != id) {
        ++at;
        continue;
      }
      Change(at->first, std::nullopt);
      at = keys_.erase(at);
    }
  }

  // Reading the alarms is a request, too; raising one has members refuse puts.
  void Alarm(std::string_view message) {
    for (ProtobufReader fields(message); fields.Next();) {
      if (fields.number() == 1 && fields.value() == 1) {
        throw Undecided("an alarm");
      }
    }
  }

  void Change(const std::string& key, const std::optional<std::string>& value) {
    changed_ = true;
    entry_->changes.push_back({.revision = static_cast<std::int64_t>(Next()),
                               .key = key,
                               .value = value});
  }

  PersistedEntry* entry_ = nullptr;
  std::map<std::string, Value> keys_;
  std::set<std::uint64_t> leases_;
  std::uint64_t revision_ = 1;
  bool changed_ = false;
};

}  // namespace

void ExplainEtcdChanges(PersistedLog& log) {
  EtcdReplay replay;
  try {
    for (PersistedEntry& entry : log.entries) replay.Execute(entry);
    log.changes_known = true;
  } catch (const Error&) {  // undecided, or no request of this version
    for (PersistedEntry& entry : log.entries) {
      entry.revision = 0;
      entry.changes.clear();
    }
  }
}

}  // namespace faultline::internal
